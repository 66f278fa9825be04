package office

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gongkai/gongkai/extract/cputime"
)

// memory is how much each process of LibreOffice may take: a report takes it 300 MB at most, a workbook of a million cells
// a gigabyte.
const memory = 1500 << 20

// Convert has LibreOffice turn an old file (ext "doc" or "xls") into one of the new kind (to "docx" or "xlsx"): a
// second reading of files of which our own is not sure. It runs without a window, in a profile of its own that lies in
// a folder of its own, with macros off and links not followed, and uses no more CPU time than the context has left. It is
// ended with all that it started.
func Convert(ctx context.Context, soffice string, body []byte, ext, to string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "gongkai-office-")
	if err != nil {
		return nil, fmt.Errorf("no folder for temporary files could be made (TMPDIR): %w", err)
	}
	defer os.RemoveAll(dir)
	profile := filepath.Join(dir, "profile", "user")
	if err := os.MkdirAll(profile, 0o700); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(profile, "registrymodifications.xcu"), []byte(safeProfile),
		0o600); err != nil {
		return nil, err
	}
	in := filepath.Join(dir, "in."+ext)
	if err := os.WriteFile(in, body, 0o600); err != nil {
		return nil, err
	}
	cmd := cputime.Command(ctx, soffice, "--headless", "--norestore", "--nolockcheck",
		"-env:UserInstallation=file://"+filepath.ToSlash(filepath.Join(dir, "profile")),
		"--convert-to", to, "--outdir", filepath.Join(dir, "out"), in)
	cmd.Env = append(os.Environ(), "HOME="+dir)
	cmd.WaitDelay = 2 * time.Second
	cmd.Memory = memory
	said, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		first, _, _ := strings.Cut(string(said), "\n")
		return nil, fmt.Errorf("LibreOffice: %w: %s", err, first)
	}
	out, err := os.ReadFile(filepath.Join(dir, "out", "in."+to))
	if errors.Is(err, os.ErrNotExist) {
		return nil, errors.New("LibreOffice cannot read it either")
	}
	return out, err
}

const safeProfile = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>1</value></prop></item>
</oor:items>
`
