#!/usr/bin/env python3
"""usage: pages.py FILE.pdf FILE.docx — prints "contents entry<tab>page" from the text of a first PDF."""
import re
import subprocess
import sys
from docx import Document

pdf, docx = sys.argv[1:3]
txt = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout.split("\f")


def norm(s):
    return re.sub(r"\s+", " ", s.replace("\u00a0", " ")).strip()


page_text = [norm(t) for t in txt]
entries = [p.text.split("\t")[0] for p in Document(docx).paragraphs if p.style.name.lower() == "toc 1"]
last = 1  # the contents are on the first page
for e in entries:
    for i in range(last, len(page_text)):
        if norm(e) in page_text[i]:
            last = i
            print(f"{e}\t{i + 1}")
            break
    else:
        print(f"{e}\t?")
