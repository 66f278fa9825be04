//go:build static || !((linux || darwin) && (amd64 || arm64))

package scan

import "errors"

type session struct{}

func openSession(library, model, input, output string, threads int) (*session, error) {
	return nil, errors.New("ONNX Runtime is bound on 64-bit Linux and macOS only, and not in a program built with " +
		"-tags static")
}

func (s *session) run(data []float32, shape []int64) ([]float32, []int64, error) {
	return nil, nil, errors.New("no ONNX Runtime")
}

func (s *session) close() {}
