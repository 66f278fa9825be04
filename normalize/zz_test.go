package normalize
import ("testing";"fmt";"os";"strings")
func TestZZ(t *testing.T){
 b,_:=os.ReadFile("/tmp/num/list.txt")
 for _,l:=range strings.Split(strings.TrimSuffix(string(b),"\n"),"\n"){
  r:=read(strings.ReplaceAll(l,`\n`,"\n"))
  n:="-"; c:="-"
  if r.number!=nil{n=r.number.String();c=r.asCount().String()}
  fl:=""
  for k,v:=range map[string]bool{"fig":r.figure,"scaled":r.scaled,"said":r.said,"turned":r.turned,"int":r.isInt}{ if v {fl+=k+" "}}
  fmt.Printf("%-14s %-6s n=%-10s c=%-10s u=%-4s rough=%s %s| %s\n",l,r.state,n,c,r.unit,r.rough,fl,r.doubt)
 }
}
