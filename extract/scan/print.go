package scan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sys/cpu"
)

// Print names the engine that Open would open, by all that decides what it reads: its program and its data, to the byte,
// and which instructions it finds on this machine, since engines compute otherwise with others. It is "" where there is
// none. An error means that there is one, and that it cannot be told which.
//
// Files are hashed once a process, and again where they are replaced.
func Print(name, dir string) (string, error) {
	switch kind, path := find(name, dir); kind {
	case "paddle":
		return printOf("paddle "+processor(), filepath.Join(dir, modelFile), filepath.Join(dir, keysFile),
			filepath.Join(dir, libraryFile()))
	case "tesseract":
		info, err := tesseractAt(path)
		if err != nil {
			return "", err
		}
		if len(info.data) == 0 {
			return "", fmt.Errorf("tesseract does not say where its data lies, and it was not found")
		}
		return printOf("tesseract "+info.version+info.languages, append([]string{path}, info.data...)...)
	}
	return "", nil
}

// Installed reports whether there is an engine that Open would open, which costs less than its name.
func Installed(name, dir string) bool {
	kind, _ := find(name, dir)
	return kind != ""
}

// find tells which engine Open opens by a name, and the program where it is one; "" = none.
func find(name, dir string) (kind, path string) {
	if name == "auto" || name == "paddle" {
		if _, err := os.Stat(filepath.Join(dir, modelFile)); err == nil {
			return "paddle", ""
		}
	}
	if name == "auto" || name == "tesseract" {
		if path, err := exec.LookPath("tesseract"); err == nil {
			return "tesseract", path
		}
	}
	return "", ""
}

// processor tells which of the instructions there are that engines choose by.
func processor() string {
	x, a := &cpu.X86, &cpu.ARM64
	return fmt.Sprint(x.HasAVX, x.HasAVX2, x.HasFMA, x.HasAVX512F, x.HasAVX512BW, x.HasAVX512VNNI, x.HasAVXVNNI, x.HasAMXTile,
		a.HasASIMDHP, a.HasASIMDDP, a.HasSVE, a.HasI8MM)
}

// A tesseractInfo is what the program says of itself.
type tesseractInfo struct {
	version   string // all lines of it: with the libraries and the instructions that it found
	languages string // the list, with the folder that it lies in
	data      []string
}

var programs sync.Map // tesseractAsked → *tesseractInfo

// dataHeaded is how the list of languages begins that says where they lie.
const dataHeaded = "List of available languages in \""

// A tesseractAsked is a program in a state, under the environment that decides where its data is.
type tesseractAsked struct{ sum, prefix string }

// tesseractAt asks the program who it is, once for each state that it is in.
func tesseractAt(path string) (*tesseractInfo, error) {
	sum, err := sumOfFile(path)
	if err != nil {
		return nil, err
	}
	asked := tesseractAsked{sum, os.Getenv("TESSDATA_PREFIX")}
	if i, ok := programs.Load(asked); ok {
		return i.(*tesseractInfo), nil
	}
	list, err := exec.Command(path, "--list-langs").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("tesseract: %w", err)
	}
	version, err := exec.Command(path, "--version").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("tesseract: %w", err)
	}
	i := &tesseractInfo{version: string(version), languages: string(list)}
	var folders []string
	if rest, ok := strings.CutPrefix(string(list), dataHeaded); ok {
		dir, _, _ := strings.Cut(rest, "\"")
		folders = []string{dir}
	} else { // before version 5 it does not say: all in which it looks count
		installed, _ := filepath.Glob("/usr/share/tesseract-ocr/*/tessdata")
		folders = append(installed, "/usr/share/tessdata", "/usr/share/tesseract/tessdata", "/usr/local/share/tessdata",
			asked.prefix, filepath.Join(asked.prefix, "tessdata"))
	}
	for _, dir := range folders {
		for _, f := range []string{"chi_sim.traineddata", "eng.traineddata", "configs/tsv"} {
			f = filepath.Join(dir, filepath.FromSlash(f))
			if info, err := os.Stat(f); err == nil && info.Mode().IsRegular() && filepath.IsAbs(f) {
				i.data = append(i.data, f)
			}
		}
	}
	if strings.Contains(i.languages, "\nchi_sim") && strings.Contains(i.languages, "\neng") && len(i.data) > 0 {
		programs.Store(asked, i) // else data may come
	}
	return i, nil
}

// printOf is a hash of words, and of what is in files.
func printOf(words string, files ...string) (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%q\n", words)
	for _, f := range files {
		sum, err := sumOfFile(f)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%q %s\n", filepath.Base(f), sum)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// A hashedFile is a file that had a hash while it was so.
type hashedFile struct {
	info os.FileInfo
	sum  string
}

var hashed sync.Map // path → hashedFile

// sumOfFile hashes a file, unless this process has hashed it and it is the same by device, inode, size and time.
func sumOfFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if old, ok := hashed.Load(path); ok {
		old := old.(hashedFile)
		if os.SameFile(old.info, info) && old.info.Size() == info.Size() && old.info.ModTime().Equal(info.ModTime()) {
			return old.sum, nil
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	sum := hex.EncodeToString(h.Sum(nil))
	hashed.Store(path, hashedFile{info, sum})
	return sum, nil
}
