import java.nio.file.*;
import java.util.*;
import org.ofdrw.converter.ofdconverter.PDFConverter;
import org.ofdrw.font.*;
import org.ofdrw.layout.*;
import org.ofdrw.layout.element.Position;
import org.ofdrw.layout.element.canvas.*;
import org.ofdrw.reader.*;

/** Has ofdrw write, convert and read files. */
public class Ofdrw {
    public static void main(String[] a) throws Exception {
        for (int i = 1; i + 1 < a.length; i += 2) {
            switch (a[0]) {
            case "lay": lay(Paths.get(a[i]), Paths.get(a[i + 1])); break;
            case "text": text(Paths.get(a[i]), Paths.get(a[i + 1])); break;
            case "convert":
                try (PDFConverter c = new PDFConverter(Paths.get(a[i + 1]))) {
                    c.convert(Paths.get(a[i]));
                }
            }
        }
    }

    /** Draws a list, its fields parted by tabs, in millimetres: P; T x y size text; R x0 y0 x1 y1. */
    static void lay(Path in, Path out) throws Exception {
        List<List<String[]>> pages = new ArrayList<>();
        for (String l : Files.readAllLines(in)) {
            if (l.equals("P")) pages.add(new ArrayList<>());
            else pages.get(pages.size() - 1).add(l.split("\t"));
        }
        try (OFDDoc d = new OFDDoc(out)) {
            d.setDefaultPageLayout(new PageLayout(210d, 297d));
            Font song = new Font("宋体", "宋体");
            for (List<String[]> page : pages) {
                Canvas c = new Canvas(0d, 0d, 210d, 297d);
                c.setPosition(Position.Absolute);
                c.setDrawer(ctx -> {
                    for (String[] p : page) {
                        double x = Double.parseDouble(p[1]), y = Double.parseDouble(p[2]), z = Double.parseDouble(p[3]);
                        if (p[0].equals("T")) {
                            ctx.setFont(new FontSetting(z, song));
                            ctx.fillText(p[4], x, y);
                        } else {
                            ctx.beginPath();
                            ctx.moveTo(x, y);
                            ctx.lineTo(z, Double.parseDouble(p[4]));
                            ctx.stroke();
                        }
                    }
                });
                VirtualPage v = new VirtualPage(d.getPageLayout());
                v.add(c);
                d.addVPage(v);
            }
        }
    }

    static void text(Path in, Path out) throws Exception {
        StringBuilder b = new StringBuilder();
        try (OFDReader r = new OFDReader(in)) {
            ContentExtractor x = new ContentExtractor(r);
            for (int i = 1; i <= r.getNumberOfPages(); i++) {
                for (String s : x.getPageContent(i)) b.append(s);
                b.append('\f');
            }
        }
        Files.writeString(out, b.toString());
    }
}
