-- French typography (no-break spaces) for every output, and article numbers for the plain-text output.
-- In the DOCX the numbers of `numerotation: "auto"` come from the heading styles, as in real Word contracts.
local stringify = pandoc.utils.stringify
local auto, fmt = false, "Article %1 –"
local h1, h2 = 0, 0
local NB = "\u{00A0}"

local function typo(inlines)
  local out = pandoc.List()
  local i = 1
  while i <= #inlines do
    local cur, nxt, prev = inlines[i], inlines[i + 1], out[#out]
    local glue = false
    if cur.t == "Space" or cur.t == "SoftBreak" then
      if nxt and nxt.t == "Str" then
        local t = nxt.text
        if t:match("^[:;!?%%]") or t:sub(1, 2) == "»" or t:sub(1, 3) == "€" then glue = true end
        if prev and prev.t == "Str" and t:match("^%d%d%d$") and prev.text:match("^%d+$") then glue = true end
        if prev and prev.t == "Str" and t:match("^%d%d%d[%.,;%)]") and prev.text:match("^%d+$") then glue = true end
      end
      if prev and prev.t == "Str" then
        local p = prev.text
        if p:sub(-2) == "«" or p == "–" and false then glue = true end
        if p:match("^n°$") or p:match("^M%.$") or p:match("^Mme$") then glue = true end
      end
    end
    if glue then out:insert(pandoc.Str(NB)) else out:insert(cur) end
    i = i + 1
  end
  return out
end

return {
  { Meta = function(m)
      auto = m.numerotation and stringify(m.numerotation) == "auto"
      if m.article then fmt = stringify(m.article) end
    end },
  { Inlines = typo },
  { Pandoc = function(doc)
      local plain = FORMAT:match("plain")
      local blocks = pandoc.List()
      if plain then
        local m = doc.meta
        blocks:insert(pandoc.Para { pandoc.Str((pandoc.text.upper(stringify(m.title)))) })
        if m.subtitle then blocks:insert(pandoc.Para { pandoc.Str(stringify(m.subtitle)) }) end
        if m.numero then blocks:insert(pandoc.Para { pandoc.Str("Référence : " .. stringify(m.numero)) }) end
      end
      for _, b in ipairs(doc.blocks) do
        if b.t == "Header" then
          local free = b.classes:includes("unnumbered")
          if plain and auto and not free then
            if b.level == 1 then
              h1 = h1 + 1; h2 = 0
              b.content:insert(1, pandoc.Str((fmt:gsub("%%1", tostring(h1))) .. " "))
            elseif b.level == 2 then
              h2 = h2 + 1
              b.content:insert(1, pandoc.Str(h1 .. "." .. h2 .. " "))
            end
          end
          if not plain and b.classes:includes("annexe") then
            b = pandoc.Div({ pandoc.Para(b.content) }, pandoc.Attr("", {}, { ["custom-style"] = b.classes:includes("suite") and "Titre Annexe Suite" or "Titre Annexe" }))
          end
          blocks:insert(b)
        elseif b.t == "Div" and b.classes:includes("signature") then
          if plain then blocks:extend(b.content) else
            blocks:insert(pandoc.Div({ pandoc.Para { pandoc.Str("@@SIGNATURE@@") } }))
            blocks:extend(b.content)
          end
        else
          blocks:insert(b)
        end
      end
      doc.blocks = blocks
      if plain then doc.meta = pandoc.Meta {} end
      return doc
    end },
}
