package gold
import ("testing";"os";"fmt";"hash/fnv";"math/rand")
func TestZZ(t *testing.T){
 rid, fault, format := os.Getenv("R"), os.Getenv("F"), os.Getenv("FM")
 for _, r := range Reports(){ if r.ID!=rid {continue}
  for _, ft := range Faults(){ if ft.Name!=fault {continue}
   for _, fm := range Formats(){ if fm.Name!=format {continue}
    h := fnv.New64a(); fmt.Fprint(h, r.ID, ft.Name, fm.Name, 0); seed := int64(h.Sum64()>>1)
    k := r.Clone(); ft.Apply(k, rand.New(rand.NewSource(seed)), fm)
    os.WriteFile("/tmp/zz.pdf", fm.Write(k, seed), 0o644)
   }}}
}
