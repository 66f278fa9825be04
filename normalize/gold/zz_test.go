package gold
import ("testing";"os";"context";"github.com/gongkai/gongkai/extract";"github.com/gongkai/gongkai/normalize";"github.com/gongkai/gongkai/extract/scan";"fmt")
func TestZZ(t *testing.T){ e:=engine(t); b,_:=os.ReadFile(os.Getenv("F")); doc,err:=extract.ReadContext(context.Background(),b,"x.pdf",extract.WithCache("/tmp/off/cache"),extract.WithOCR(func()(scan.Engine,error){return e,nil})); fmt.Println(err); for _,x:=range doc.Blocks { if x.Table!=nil { for _,c:=range x.Table.Cells { fmt.Printf("%d,%d %dx%d %q %.4f %v\n",c.Row,c.Col,c.RowSpan,c.ColSpan,c.Text,c.Seen.Confidence,c.Seen.Others) } } else { fmt.Println(x.Text) } }
 forms,_:=normalize.Load(); for _,f:=range normalize.Read(doc,forms).Findings { fmt.Println("F",f.Code,f.Name,f.Message) } }
