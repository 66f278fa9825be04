//go:build (linux || darwin) && (amd64 || arm64) && !static

package scan

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
)

// The C interface of ONNX Runtime (onnxruntime_c_api.h): a table of functions, of which these are used. The places in
// the table never change; later versions only add to its end.
const (
	ortAPIVersion = 17

	ortGetErrorMessage        = 2
	ortCreateEnv              = 3
	ortCreateSession          = 7
	ortRun                    = 9
	ortCreateSessionOptions   = 10
	ortDisableMemPattern      = 17
	ortDisableCPUArena        = 19
	ortGraphOptimization      = 23
	ortIntraThreads           = 24
	ortInterThreads           = 25
	ortCreateTensorWithData   = 49
	ortTensorData             = 51
	ortDimensionsCount        = 61
	ortDimensions             = 62
	ortTensorTypeAndShape     = 65
	ortCreateCPUMemoryInfo    = 69
	ortReleaseStatus          = 93
	ortReleaseValue           = 96
	ortReleaseTensorTypeShape = 99
	ortReleaseSession         = 95
	ortAddConfigEntry         = 130
)

// session is a loaded model.
type session struct {
	api            uintptr // the table
	handle, memory uintptr
	input, output  []byte // names, ended by zero
	mu             sync.Mutex
}

func (s *session) call(function int, args ...uintptr) error {
	status, _, _ := purego.SyscallN(s.function(function), args...)
	if status == 0 {
		return nil
	}
	message, _, _ := purego.SyscallN(s.function(ortGetErrorMessage), status)
	err := errors.New("ONNX Runtime: " + goString(message))
	s.release(ortReleaseStatus, status)
	return err
}

func (s *session) release(function int, handle uintptr) {
	purego.SyscallN(s.function(function), handle)
}

func goString(p uintptr) string {
	var b []byte
	for ; p != 0 && len(b) < 4096; p++ {
		c := *at[byte](p)
		if c == 0 {
			break
		}
		b = append(b, c)
	}
	return string(b)
}

// openSession loads the runtime from library and a model from a file.
func openSession(library, model, input, output string, threads int) (*session, error) {
	lib, err := purego.Dlopen(library, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, err
	}
	base, err := purego.Dlsym(lib, "OrtGetApiBase")
	if err != nil {
		return nil, err
	}
	table, _, _ := purego.SyscallN(base)
	if table == 0 {
		return nil, fmt.Errorf("%s: no ONNX Runtime", library)
	}
	getAPI := *at[uintptr](table)
	api, _, _ := purego.SyscallN(getAPI, ortAPIVersion)
	if api == 0 {
		return nil, fmt.Errorf("%s: an ONNX Runtime that is too old", library)
	}
	s := &session{api: api, input: append([]byte(input), 0), output: append([]byte(output), 0)}
	name := append([]byte("gongkai"), 0)
	path := append([]byte(model), 0)
	var env, options uintptr
	const warning = 3
	if err := s.call(ortCreateEnv, warning, ptr(&name[0]), ptr(&env)); err != nil {
		return nil, err
	}
	if err := s.call(ortCreateSessionOptions, ptr(&options)); err != nil {
		return nil, err
	}
	for _, set := range [][2]uintptr{{ortGraphOptimization, 99}, {ortIntraThreads, uintptr(threads)},
		{ortInterThreads, 1}} {
		if err := s.call(int(set[0]), options, set[1]); err != nil {
			return nil, err
		}
	}
	for _, f := range []int{ortDisableMemPattern, ortDisableCPUArena} { // widths differ from run to run
		if err := s.call(f, options); err != nil {
			return nil, err
		}
	}
	// threads that wait for work spin else, which on a machine of many processors is most of the CPU time that is
	// counted
	spinning, no := append([]byte("session.intra_op.allow_spinning"), 0), append([]byte("0"), 0)
	if err := s.call(ortAddConfigEntry, options, ptr(&spinning[0]), ptr(&no[0])); err != nil {
		return nil, err
	}
	if err := s.call(ortCreateSession, env, ptr(&path[0]), options, ptr(&s.handle)); err != nil {
		return nil, err
	}
	if err := s.call(ortCreateCPUMemoryInfo, 0, 0, ptr(&s.memory)); err != nil {
		return nil, err
	}
	runtime.KeepAlive(name)
	runtime.KeepAlive(path)
	runtime.KeepAlive(spinning)
	runtime.KeepAlive(no)
	return s, nil
}

func ptr[T any](p *T) uintptr { return uintptr(unsafe.Pointer(p)) }

// at gives what lies at an address outside of Go's memory.
func at[T any](address uintptr) *T { return *(**T)(unsafe.Pointer(&address)) }

// function gives one of the table.
func (s *session) function(i int) uintptr {
	return *at[uintptr](s.api + uintptr(i)*unsafe.Sizeof(s.api))
}

// run feeds one tensor of 32-bit floats through the model.
func (s *session) run(data []float32, shape []int64) (out []float32, outShape []int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	const float = 1
	var pin runtime.Pinner
	defer pin.Unpin()
	pin.Pin(&data[0])
	pin.Pin(&shape[0])
	in, res, info := new(uintptr), new(uintptr), new(uintptr)
	pin.Pin(in)
	pin.Pin(res)
	pin.Pin(info)
	if err := s.call(ortCreateTensorWithData, s.memory, ptr(&data[0]), uintptr(4*len(data)),
		ptr(&shape[0]), uintptr(len(shape)), float, ptr(in)); err != nil {
		return nil, nil, err
	}
	defer s.release(ortReleaseValue, *in)
	pin.Pin(&s.input[0])
	pin.Pin(&s.output[0])
	names := &[2]uintptr{ptr(&s.input[0]), ptr(&s.output[0])}
	pin.Pin(names)
	if err := s.call(ortRun, s.handle, 0, ptr(&names[0]), ptr(in), 1, ptr(&names[1]), 1, ptr(res)); err != nil {
		return nil, nil, err
	}
	defer s.release(ortReleaseValue, *res)
	if err := s.call(ortTensorTypeAndShape, *res, ptr(info)); err != nil {
		return nil, nil, err
	}
	defer s.release(ortReleaseTensorTypeShape, *info)
	dims := new(uintptr)
	pin.Pin(dims)
	if err := s.call(ortDimensionsCount, *info, ptr(dims)); err != nil {
		return nil, nil, err
	}
	if *dims == 0 || *dims > 8 {
		return nil, nil, fmt.Errorf("a result of %d dimensions", *dims)
	}
	outShape = make([]int64, *dims)
	pin.Pin(&outShape[0])
	if err := s.call(ortDimensions, *info, ptr(&outShape[0]), *dims); err != nil {
		return nil, nil, err
	}
	n := int64(1)
	for _, d := range outShape {
		n *= d
	}
	where := new(uintptr)
	pin.Pin(where)
	if err := s.call(ortTensorData, *res, ptr(where)); err != nil {
		return nil, nil, err
	}
	out = make([]float32, n)
	copy(out, unsafe.Slice(at[float32](*where), n))
	return out, outShape, nil
}

func (s *session) close() { s.release(ortReleaseSession, s.handle) }
