package bench

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// A Machine is where something was measured.
type Machine struct {
	CPU   string `json:"cpu"` // "" = not told
	Cores int    `json:"cores"`
	OS    string `json:"os"`
	Arch  string `json:"arch"`
	Go    string `json:"go"`
	// Load is how many processes wanted a core when the measurement began; -1 = not told. Where it is above the number of cores
	// times of answers mean nothing, and CPU times are a little longer.
	Load float64 `json:"load"`
}

// Here is this machine.
func Here() Machine {
	return Machine{CPU: cpuModel(), Cores: runtime.NumCPU(), OS: system(), Arch: runtime.GOARCH, Go: runtime.Version(), Load: load()}
}

// cpuModel names the processor.
func cpuModel() string {
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				return strings.TrimSpace(value)
			}
		}
	}
	if runtime.GOOS == "darwin" {
		if out, err := exec.Command("sysctl", "-n", "machdep.cpu.brand_string").Output(); err == nil {
			return strings.TrimSpace(string(out))
		}
	}
	return os.Getenv("PROCESSOR_IDENTIFIER") // of Windows
}

// system names the operating system.
func system() string {
	if text, err := os.ReadFile("/etc/os-release"); err == nil && runtime.GOOS == "linux" {
		for line := range strings.Lines(string(text)) {
			if value, ok := strings.CutPrefix(strings.TrimSpace(line), "PRETTY_NAME="); ok {
				return strings.Trim(value, `"`)
			}
		}
	}
	return runtime.GOOS
}

func load() float64 {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return -1
	}
	first, _, _ := strings.Cut(string(text), " ")
	return number(first, -1)
}
