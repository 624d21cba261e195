#!/usr/bin/env python3
"""Gives a pandoc DOCX the look of a French contract: styles, automatic numbering, header, footer, contents.

usage: finish.py SOURCE.md IN.docx OUT.docx [PAGES.tsv]
PAGES.tsv (heading text <tab> page), when given, fills the table of contents.
"""
import re
import sys
import datetime
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn, nsdecls
from docx.shared import Cm, Pt, RGBColor

src, inp, out = sys.argv[1:4]
pages = {}
if len(sys.argv) > 4:
    for line in open(sys.argv[4], encoding="utf-8"):
        k, v = line.rstrip("\n").split("\t")
        pages[k] = v

meta = {}
for line in open(src, encoding="utf-8").read().split("---")[1].splitlines():
    m = re.match(r'(\w+):\s*"?(.*?)"?\s*$', line)
    if m:
        meta[m.group(1)] = m.group(2)
font, colour = meta["police"], RGBColor.from_string(meta["couleur"])
auto = meta["numerotation"] == "auto"
serif = "Serif" in font

doc = Document(inp)
st = doc.styles
for e in st.element.findall(qn("w:style")):  # pandoc writes "Heading 1" where Word (and python-docx) say "heading 1"
    nm = e.find(qn("w:name"))
    if re.match(r"(Heading|TOC|Caption|Header|Footer)\b", nm.get(qn("w:val"))):
        nm.set(qn("w:val"), nm.get(qn("w:val")).lower())


def setfont(style, size=None, bold=None, color=None, italic=None):
    f = style.font
    f.name = font
    rpr = style.element.get_or_add_rPr()
    rf = rpr.find(qn("w:rFonts"))
    for a in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        if rf.get(qn(a)) is not None:
            del rf.attrib[qn(a)]
    for a in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        rf.set(qn(a), font)
    if size:
        f.size = Pt(size)
    if bold is not None:
        f.bold = bold
    if italic is not None:
        f.italic = italic
    if color is not None:
        f.color.rgb = color


base = 11 if serif else 10
black = RGBColor(0, 0, 0)
for name in ("Normal", "Body Text", "First Paragraph", "Compact"):
    s = st[name]
    setfont(s, base, color=black)
    s.paragraph_format.space_before = Pt(0)
    s.paragraph_format.space_after = Pt(2 if name == "Compact" else 6)
    s.paragraph_format.line_spacing = 1.15
    s.paragraph_format.widow_control = True
    if name in ("Body Text", "First Paragraph"):
        s.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY

setfont(st["Heading 1"], base + 2, True, colour, False)
pf = st["Heading 1"].paragraph_format
pf.space_before, pf.space_after, pf.keep_with_next = Pt(16), Pt(6), True
setfont(st["Heading 2"], base + 0.5, True, black, False)
pf = st["Heading 2"].paragraph_format
pf.space_before, pf.space_after, pf.keep_with_next = Pt(9), Pt(3), True
setfont(st["Title"], 22, True, colour)
pf = st["Title"].paragraph_format
pf.alignment, pf.space_before, pf.space_after = WD_ALIGN_PARAGRAPH.CENTER, Pt(50 if meta["sommaire"] == "oui" else 18), Pt(4)
setfont(st["Subtitle"], 13, False, black)
pf = st["Subtitle"].paragraph_format
pf.alignment, pf.space_before, pf.space_after = WD_ALIGN_PARAGRAPH.CENTER, Pt(2), Pt(6)
for name in ("Table Caption", "Caption"):
    if name in [s.name for s in st]:
        setfont(st[name], base - 1, False, black, True)
        st[name].paragraph_format.space_before = Pt(6)
        st[name].paragraph_format.space_after = Pt(3)
        st[name].paragraph_format.keep_with_next = True

for name in ("Titre Annexe", "Titre Annexe Suite"):
    ann = st[name] if name in [s.name for s in st] else st.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    ann.base_style = st["Normal"]
    setfont(ann, base + 4, True, colour)
    ann.paragraph_format.page_break_before = name == "Titre Annexe"
    ann.paragraph_format.space_before = Pt(0 if name == "Titre Annexe" else 22)
    ann.paragraph_format.space_after = Pt(10)
    ann.paragraph_format.keep_with_next = True
    lvl = OxmlElement("w:outlineLvl")
    lvl.set(qn("w:val"), "0")
    ann.element.get_or_add_pPr().append(lvl)

# automatic numbering of the headings, carried by the styles
if auto:
    numbering = doc.part.numbering_part.element
    fmt = meta.get("article", "Article %1 –")
    absn = parse_xml(f'''<w:abstractNum {nsdecls("w")} w:abstractNumId="9001"><w:multiLevelType w:val="multilevel"/>
      <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Heading1"/><w:suff w:val="space"/><w:lvlText w:val="{fmt}"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl>
      <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Heading2"/><w:suff w:val="space"/><w:lvlText w:val="%1.%2"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl>
    </w:abstractNum>''')
    first_num = numbering.find(qn("w:num"))
    if first_num is not None:
        first_num.addprevious(absn)
    else:
        numbering.append(absn)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="9001"><w:abstractNumId w:val="9001"/></w:num>'))
    for i, name in enumerate(("Heading 1", "Heading 2")):
        ppr = st[name].element.get_or_add_pPr()
        ppr.insert(0, parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{i}"/><w:numId w:val="9001"/></w:numPr>'))
        kn = ppr.find(qn("w:keepNext"))
        if kn is not None:  # schema order: keepNext, keepLines, ..., numPr
            np_ = ppr.find(qn("w:numPr"))
            ppr.remove(np_)
            last = kn
            for tag in ("w:keepLines", "w:pageBreakBefore", "w:widowControl"):
                e = ppr.find(qn(tag))
                if e is not None:
                    last = e
            last.addnext(np_)


def field(par, instr, text="1"):
    for kind in ("begin", None, "separate", "t", "end"):
        r = par.add_run()
        if kind is None:
            e = OxmlElement("w:instrText")
            e.set(qn("xml:space"), "preserve")
            e.text = f" {instr} "
            r._r.append(e)
        elif kind == "t":
            r.text = text
        else:
            e = OxmlElement("w:fldChar")
            e.set(qn("w:fldCharType"), kind)
            r._r.append(e)


def border(par, side):
    ppr = par._p.get_or_add_pPr()
    ppr.append(parse_xml(f'<w:pBdr {nsdecls("w")}><w:{side} w:val="single" w:sz="4" w:space="4" w:color="{meta["couleur"]}"/></w:pBdr>'))


sec = doc.sections[0]
sec.page_width, sec.page_height = Cm(21), Cm(29.7)
sec.left_margin = sec.right_margin = Cm(2.3)
sec.top_margin, sec.bottom_margin = Cm(2.4), Cm(2.2)
sec.header_distance, sec.footer_distance = Cm(1.1), Cm(1.0)
width = sec.page_width - sec.left_margin - sec.right_margin
for part, side in ((sec.header, "bottom"), (sec.footer, "top")):
    part.is_linked_to_previous = False
    p = part.paragraphs[0]
    p.style = st["Normal"]
    border(p, side)
    p.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)
    if side == "bottom":
        p.add_run(meta["entete"])
    else:
        p.add_run(meta["pied"] + "\tPage ")
        field(p, "PAGE")
        p.add_run(" sur ")
        field(p, "NUMPAGES")
    for r in p.runs:
        r.font.size = Pt(8)
        r.font.color.rgb = RGBColor(0x55, 0x55, 0x55)

for p in doc.paragraphs:  # an introduction stays with its list
    if p.text.rstrip().endswith(":") and p.style.name in ("Body Text", "First Paragraph"):
        p.paragraph_format.keep_with_next = True

# reference under the subtitle
sub = next((p for p in doc.paragraphs if p.style.name == "Subtitle"), None)
if sub is not None:
    ref = sub.insert_paragraph_before("Référence : " + meta["numero"])
    sub._p.addnext(ref._p)
    ref.style = st["Normal"]
    ref.alignment = WD_ALIGN_PARAGRAPH.CENTER
    ref.paragraph_format.space_after = Pt(18)
    anchor = ref
else:
    anchor = doc.paragraphs[0]


def cell_shade(cell, fill):
    cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{fill}"/>'))


# tables
sig_next = False
body = doc.element.body
signature_tables = set()
for el in list(body):
    if el.tag == qn("w:p") and "@@SIGNATURE@@" in "".join(t.text or "" for t in el.iter(qn("w:t"))):
        body.remove(el)
        sig_next = True
    elif el.tag == qn("w:tbl") and sig_next:
        signature_tables.add(el)
        sig_next = False
for t in doc.tables:
    t.autofit = False
    is_sig = t._tbl in signature_tables
    tblPr = t._tbl.tblPr
    for tag in ("w:tblBorders", "w:tblLayout", "w:tblW"):
        e = tblPr.find(qn(tag))
        if e is not None:
            tblPr.remove(e)
    line = "999999"
    tblPr.append(parse_xml(f'<w:tblW {nsdecls("w")} w:w="{int(width/635)}" w:type="dxa"/>'))
    tblPr.append(parse_xml(f'<w:tblBorders {nsdecls("w")}>' + "".join(
        f'<w:{s} w:val="single" w:sz="4" w:space="0" w:color="{line}"/>' for s in
        (("top", "left", "bottom", "right", "insideV") if is_sig else ("top", "left", "bottom", "right", "insideH", "insideV"))) + '</w:tblBorders>'))
    tblPr.append(parse_xml(f'<w:tblLayout {nsdecls("w")} w:type="fixed"/>'))
    tblPr.append(parse_xml(f'<w:tblCellMar {nsdecls("w")}><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar>'))
    cols = t._tbl.tblGrid.findall(qn("w:gridCol"))
    n = len(cols)
    # widths from the longest cell of each column, between bounds
    longest = [max(max((len(c.text) for c in col.cells), default=1) ** 0.75, max((max((len(w) for w in c.text.split()), default=1) for c in col.cells)) * 0.95, 4) for col in t.columns]
    if is_sig:
        longest = [1] * n
    total = sum(longest)
    ws = [int(width / 635 * x / total) for x in longest]
    for gc, w in zip(cols, ws):
        gc.set(qn("w:w"), str(w))
    for ri, row in enumerate(t.rows):
        trPr = row._tr.get_or_add_trPr()
        trPr.append(OxmlElement("w:cantSplit"))
        if ri == 0 and trPr.find(qn("w:tblHeader")) is None:
            trPr.append(OxmlElement("w:tblHeader"))
        for cell, w in zip(row.cells, ws):
            tcPr = cell._tc.get_or_add_tcPr()
            tcw = tcPr.find(qn("w:tcW"))
            if tcw is None:
                tcw = OxmlElement("w:tcW")
                tcPr.insert(0, tcw)
            tcw.set(qn("w:w"), str(w))
            tcw.set(qn("w:type"), "dxa")
            if ri == 0:
                cell_shade(cell, "E7EDF4" if not serif else "E6E6E6")
            for p in cell.paragraphs:
                p.paragraph_format.space_before = Pt(2)
                p.paragraph_format.space_after = Pt(2)
                p.paragraph_format.line_spacing = 1.0
                if ri < len(t.rows) - 1 and (len(t.rows) <= 13 or ri == 0):
                    p.paragraph_format.keep_with_next = True
                for r in p.runs:
                    r.font.size = Pt(base - 1)
                    r.font.name = font
                    if ri == 0:
                        r.font.bold = True
        if is_sig and ri == len(t.rows) - 1:
            row.height = Cm(2.6)
    # air after the table
    nxt = t._tbl.getnext()
    sp = parse_xml(f'<w:p {nsdecls("w")}><w:pPr><w:spacing w:before="0" w:after="60" w:line="160" w:lineRule="exact"/></w:pPr></w:p>')
    if nxt is not None:
        t._tbl.addnext(sp)
# the "Fait à" line stays with its signature table
for tbl in signature_tables:
    prev = tbl.getprevious()
    while prev is not None and prev.tag != qn("w:p"):
        prev = prev.getprevious()
    if prev is not None:
        ppr = prev.get_or_add_pPr()
        kn = OxmlElement("w:keepNext")
        ps = ppr.find(qn("w:pStyle"))
        (ps.addnext(kn) if ps is not None else ppr.insert(0, kn))

# contents
if meta["sommaire"] == "oui":
    entries, a = [], 0
    for p in doc.paragraphs:
        if p.style.name == "Heading 1":
            a += 1
            entries.append((f"Article {a} – {p.text}" if auto else p.text))
        elif p.style.name.startswith("Titre Annexe"):
            entries.append(p.text)
    if "TOC 1" in [s.name for s in st]:
        toc = st["TOC 1"]
    else:
        toc = st.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
    toc.base_style = st["Normal"]
    setfont(toc, base, color=black)
    toc.paragraph_format.space_after = Pt(2)
    toc.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    cur = anchor._p

    def newp(style):
        global cur
        el = OxmlElement("w:p")
        cur.addnext(el)
        cur = el
        from docx.text.paragraph import Paragraph
        par = Paragraph(el, doc._body)
        par.style = style
        return par

    h = newp(st["Normal"])
    r = h.add_run("Sommaire")
    r.bold, r.font.size, r.font.color.rgb = True, Pt(base + 3), colour
    h.paragraph_format.space_before = Pt(10)
    for i, e in enumerate(entries):
        p = newp(toc)
        if i == 0:
            for kind in ("begin", None, "separate"):
                r = p.add_run()
                if kind is None:
                    x = OxmlElement("w:instrText")
                    x.set(qn("xml:space"), "preserve")
                    x.text = r' TOC \o "1-1" \h \z \u '
                    r._r.append(x)
                else:
                    x = OxmlElement("w:fldChar")
                    x.set(qn("w:fldCharType"), kind)
                    r._r.append(x)
        p.add_run(f"{e}\t{pages.get(e, '0')}")
        if i == len(entries) - 1:
            r = p.add_run()
            x = OxmlElement("w:fldChar")
            x.set(qn("w:fldCharType"), "end")
            r._r.append(x)
    # the parties start on a fresh page
    from docx.text.paragraph import Paragraph
    Paragraph(cur.getnext(), doc._body).paragraph_format.page_break_before = True

breaks = {int(x) for x in meta.get("sauts", "").split(",") if x.strip()}  # articles that start a page
for i, p in enumerate((p for p in doc.paragraphs if p.style.name == "Heading 1"), 1):
    if i in breaks:
        p.paragraph_format.page_break_before = True

settings = doc.settings.element
compat = settings.find(qn("w:compat"))
if compat is None:
    compat = OxmlElement("w:compat")
    anchor_el = next((settings.find(qn(t)) for t in ("w:rsids", "m:mathPr", "w:themeFontLang", "w:clrSchemeMapping", "w:decimalSymbol") if settings.find(qn(t)) is not None), None)
    anchor_el.addprevious(compat) if anchor_el is not None else settings.append(compat)
if compat.find(qn("w:compatSetting")) is None:
    compat.append(parse_xml(f'<w:compatSetting {nsdecls("w")} w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'))

cp = doc.core_properties
cp.title, cp.author, cp.language = meta["title"], "Clausule (exemple fictif)", "fr-FR"
cp.created = cp.modified = datetime.datetime(2026, 1, 12)
doc.save(out)
