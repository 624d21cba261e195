#!/usr/bin/env bash
# Rebuilds NAME.docx, NAME.pdf and NAME.txt of every sample from src/NAME.md.
# Needs: pandoc, libreoffice-writer, poppler-utils (pdftotext), python3 with python-docx.
# usage: build.sh [NAME...]
set -euo pipefail
cd "$(dirname "$0")"
export SOURCE_DATE_EPOCH=1768176000
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
names=("$@")
[ $# -gt 0 ] || for f in src/*.md; do names+=("$(basename "$f" .md)"); done

to_pdf() { # DOCX DIR
  soffice -env:UserInstallation="file://$tmp/lo" --headless --convert-to pdf --outdir "$2" "$1" >/dev/null 2>&1
}

for n in "${names[@]}"; do
  src=src/$n.md
  pandoc --lua-filter=src/filtre.lua -t docx -o "$tmp/raw.docx" "$src"
  python3 src/finish.py "$src" "$tmp/raw.docx" "$tmp/$n.docx"
  if grep -q '^sommaire: "oui"' "$src"; then # second pass, with the page numbers of the contents
    to_pdf "$tmp/$n.docx" "$tmp"
    python3 src/pages.py "$tmp/$n.pdf" "$tmp/$n.docx" >"$tmp/pages.tsv"
    python3 src/finish.py "$src" "$tmp/raw.docx" "$tmp/$n.docx" "$tmp/pages.tsv"
  fi
  cp "$tmp/$n.docx" "$n.docx"
  to_pdf "$n.docx" .
  pandoc --lua-filter=src/filtre.lua -t plain --wrap=auto --columns=100 -o "$n.txt" "$src"
  echo "$n: $(pdfinfo "$n.pdf" | awk '/^Pages/{print $2}') pages, $(wc -w <"$n.txt") words"
done
