package gold
import ("testing";"os")
func TestZZDump(t *testing.T){ for _,m:=range Manners(){ if m.Name==os.Getenv("M") { for i,r:=range Reports(){ if os.Getenv("R")=="" && i==0 || r.ID==os.Getenv("R") { os.Stdout.Write(m.Write(r.Clone(),int64(i))) } } } } }
