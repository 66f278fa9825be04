package scan

import (
	"errors"
	"runtime"
)

// ErrNoEngine is the error where no engine is installed.
var ErrNoEngine = errors.New("run gongkai setup ocr")

// Open opens the engine of a name: "paddle" from the folder that setup has filled, "tesseract" where it is installed,
// "auto" the first of these that is there. The error is ErrNoEngine where none is.
func Open(name, dir string) (Engine, error) {
	switch kind, path := find(name, dir); kind {
	case "paddle":
		return openPaddle(dir)
	case "tesseract":
		return openTesseract(path)
	}
	return nil, ErrNoEngine
}

// libraryFile is the name of ONNX Runtime on this system.
func libraryFile() string {
	if runtime.GOOS == "darwin" {
		return "libonnxruntime.dylib"
	}
	return "libonnxruntime.so"
}
