package gold
import ("testing";"os";"bytes";"path/filepath";"time";"fmt";"github.com/gongkai/gongkai/normalize")
func TestZZ(t *testing.T){
 forms,_:=normalize.Load()
 soffice := tool(t,"soffice"); dir:=t.TempDir()
 var files []string; type k struct{p string; r *Report}; m:=map[string]k{}
 for pi,p:=range papers { for _,ri:=range []int{0,1,3,7} { r:=Reports()[ri]
   f:=filepath.Join(dir,fmt.Sprintf("%d-%d.html",pi,ri)); page:=p.page(r)
   if pi==0||pi==1 {page=bytes.ReplaceAll(page,[]byte("<table>"),[]byte(`<table border="1" cellspacing="0" width="100%">`))}
   os.WriteFile(f,page,0o644); files=append(files,f); m[f[:len(f)-5]+".pdf"]=k{p.name,r} }}
 if err:=command(t,3*time.Minute,soffice,append([]string{"--headless","-env:UserInstallation=file://"+dir+"/profile","--convert-to","pdf:writer_web_pdf_Export","--outdir",dir},files...)...);err!=nil{t.Fatal(err)}
 for _,f:=range files { pdf:=f[:len(f)-5]+".pdf"; b,err:=os.ReadFile(pdf); if err!=nil{t.Error(err);continue}
  s,fl:=judge(t,forms,m[pdf].r,b); x:=""; if len(fl)>0{x=fl[0]}
  os.WriteFile("/tmp/pr/lo_"+filepath.Base(pdf),b,0o644)
  t.Logf("%-20s %-22s %.2f%% abst %d flag %d silent %d %s",m[pdf].p,m[pdf].r.ID,100*s.ExactShare(),s.Abstained,s.Flagged,s.Silent,x) }
}
