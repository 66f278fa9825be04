"""Prints the characters that docvortex, MinerU's reader of OFD, finds in files: page, text, x, y in millimetres."""
import sys

from docvortex.analyzers.native.ofd.package import OfdPackage
from docvortex.analyzers.native.ofd.scene import OfdSceneBuilder

for name in sys.argv[1:]:
    with open(name, "rb") as f, OfdPackage(f.read()) as package, open(name + ".chars", "w", encoding="utf-8") as out:
        for n, scene in enumerate(OfdSceneBuilder(package).build(), 1):
            for line in scene.text_lines:
                for g in line.glyphs:
                    out.write(f"{n}\t{g.text}\t{g.origin[0]:.4f}\t{g.origin[1]:.4f}\n")
