"""Has easyofd make OFD files of PDF files, a.text.ofd and a.image.ofd of a.pdf, in the folder that it is called in."""
import contextlib
import io
import shutil
import sys

from loguru import logger

from easyofd import OFD

logger.remove()
for name in sys.argv[1:]:
    with open(name, "rb") as f:
        body = f.read()
    for kind in ("text", "image"):
        shutil.rmtree("test", ignore_errors=True)  # where it packs its files
        with contextlib.redirect_stdout(io.StringIO()):
            made = OFD().pdf2ofd(body, optional_text=kind == "text")
        with open(name[:-3] + kind + ".ofd", "wb") as f:
            f.write(made)
