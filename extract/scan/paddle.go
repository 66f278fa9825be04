package scan

import (
	"bufio"
	"context"
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"

	"golang.org/x/image/draw"

	"github.com/gongkai/gongkai/extract/layout"
)

// paddle is PP-OCRv4's recognition model, run by ONNX Runtime.
type paddle struct {
	s    *session
	keys []string // the character of each class; 0 is none
	last int      // the class of the space
}

// Files that setup puts into an engine's folder.
const (
	modelFile = "ch_PP-OCRv4_rec_infer.onnx"
	keysFile  = "ppocr_keys_v1.txt"
)

// openPaddle loads the engine from the folder that setup has filled.
func openPaddle(dir string) (*paddle, error) {
	f, err := os.Open(filepath.Join(dir, keysFile))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	e := &paddle{keys: []string{""}}
	for sc := bufio.NewScanner(f); sc.Scan(); {
		e.keys = append(e.keys, strings.TrimRight(sc.Text(), "\r"))
	}
	e.last = len(e.keys)
	e.keys = append(e.keys, " ")
	e.s, err = openSession(filepath.Join(dir, libraryFile()), filepath.Join(dir, modelFile), "x", "softmax_11.tmp_0",
		runtime.GOMAXPROCS(0))
	if err != nil {
		return nil, err
	}
	return e, nil
}

func (e *paddle) Name() string { return "PP-OCRv4" }

func (e *paddle) Close() { e.s.close() }

// The model takes pictures 48 pixels high.
const modelHeight = 48

func (e *paddle) Recognise(ctx context.Context, lines []*image.Gray, figures []bool) ([]Reading, error) {
	out := make([]Reading, len(lines))
	for i, l := range lines {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r, err := e.read(l, 0)
		if err != nil {
			return nil, err
		}
		if figures[i] && couldBeFigure(&r) {
			if bar, ok := barOf(l); ok { // a dash is the same drawing as 一
				r = Reading{Text: bar, Confidence: 0.999}
			} else {
				// a second look, at another size and place: what two looks see alike is seen well
				again, err := e.read(l, 1)
				if err != nil {
					return nil, err
				}
				r = trusted(signed(inFigures(agree(r, again)), l))
			}
		}
		out[i] = r
	}
	return out, nil
}

// read has the model read one line. look is 0, or 1 for a slightly different view of the same.
func (e *paddle) read(l *image.Gray, look int) (Reading, error) {
	b := l.Bounds()
	w := int(math.Ceil(float64(b.Dx()) * modelHeight / float64(b.Dy())))
	shrink, shift := 0, 4
	if look == 1 {
		shrink, shift = 3, 10
	}
	w = max(4, min(w, 3200))
	width := max(w+2*shift, 48)
	width = (width + 7) / 8 * 8
	fit := image.NewGray(image.Rect(0, 0, width, modelHeight))
	for i := range fit.Pix {
		fit.Pix[i] = 255
	}
	target := image.Rect(shift, shrink, shift+w-w*2*shrink/modelHeight, modelHeight-shrink)
	draw.BiLinear.Scale(fit, target, l, b, draw.Src, nil)
	data := make([]float32, 3*modelHeight*width)
	for i, v := range fit.Pix {
		x := (float32(v)/255 - 0.5) / 0.5
		data[i], data[i+len(fit.Pix)], data[i+2*len(fit.Pix)] = x, x, x
	}
	probs, shape, err := e.s.run(data, []int64{1, 3, modelHeight, int64(width)})
	if err != nil {
		return Reading{}, err
	}
	if len(shape) != 3 || int(shape[2]) != len(e.keys) {
		return Reading{}, fmt.Errorf("the model knows %v classes, its list %d characters", shape, len(e.keys))
	}
	return e.decode(probs, int(shape[1])), nil
}

// decode finds the likeliest texts of a sequence of class probabilities (CTC) by prefix beam search.
func (e *paddle) decode(probs []float32, steps int) Reading {
	classes := len(e.keys)
	// probability of the prefix with a blank, and with its last character, at the end
	type beam struct{ ends, goes float64 }
	beams := map[string]beam{"": {1, 0}}
	const keep = 12
	for t := range steps {
		row := probs[t*classes : (t+1)*classes]
		type option struct {
			class int
			p     float64
		}
		var opts []option
		if row[0] < 0.9995 {
			for k, v := range row {
				if v > 0.003 {
					opts = append(opts, option{k, float64(v)})
				}
			}
			sort.Slice(opts, func(i, j int) bool { return opts[i].p > opts[j].p })
			if len(opts) > 6 {
				opts = opts[:6]
			}
		} else {
			opts = []option{{0, float64(row[0])}}
		}
		next := map[string]beam{}
		for prefix, b := range beams {
			last := lastKey(prefix)
			for _, o := range opts {
				if o.class == 0 {
					n := next[prefix]
					n.ends += (b.ends + b.goes) * o.p
					next[prefix] = n
					continue
				}
				key := e.keys[o.class]
				if key == last {
					n := next[prefix]
					n.goes += b.goes * o.p
					next[prefix] = n
					n = next[prefix+key]
					n.goes += b.ends * o.p
					next[prefix+key] = n
					continue
				}
				n := next[prefix+key]
				n.goes += (b.ends + b.goes) * o.p
				next[prefix+key] = n
			}
		}
		if len(next) > keep {
			type scored struct {
				s string
				p float64
			}
			var all []scored
			for s, b := range next {
				all = append(all, scored{s, b.ends + b.goes})
			}
			sort.Slice(all, func(i, j int) bool {
				return all[i].p > all[j].p || all[i].p == all[j].p &&
					all[i].s < all[j].s
			})
			for _, x := range all[keep:] {
				delete(next, x.s)
			}
		}
		beams = next
	}
	var all []layout.Alternative
	for s, b := range beams {
		all = append(all, layout.Alternative{Text: s, Confidence: b.ends + b.goes})
	}
	sort.Slice(all, func(i, j int) bool {
		return all[i].Confidence > all[j].Confidence || all[i].Confidence == all[j].Confidence &&
			all[i].Text < all[j].Text
	})
	if len(all) == 0 {
		return Reading{}
	}
	r := Reading{Text: strings.TrimSpace(all[0].Text), Confidence: math.Min(all[0].Confidence, 1)}
	for _, a := range all[1:] {
		if t := strings.TrimSpace(a.Text); t != r.Text && a.Confidence > 0.0005 && len(r.Others) < 8 {
			r.Others = append(r.Others, layout.Alternative{Text: t, Confidence: math.Min(a.Confidence, 1)})
		}
	}
	return r
}

func lastKey(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return ""
	}
	return string(r[len(r)-1])
}
