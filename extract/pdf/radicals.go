package pdf

import (
	"strings"
	"sync"
)

// Some writers (Chromium with Noto CJK) map characters to the radicals they look like (U+2E80–2FD5: ⼀ ⼈ ⾏ ⺠ ⻔).
// These two texts hold the radicals and, at the same place, the characters meant.
const (
	radicals = "⺁⺄⺅⺆⺈⺉⺋⺌⺍⺐⺑⺒⺓⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺪⺫⺬⺭⺮⺯⺰⺳⺶⺷⺸⺹⺺⺼⺾⺿⻀⻁⻂⻄⻅⻆⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑" +
		"⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻢⻣⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳⼀⼁⼂⼃⼄⼅⼆⼇⼈⼉⼊⼋⼌⼍⼎⼏⼐⼑⼒⼓⼔⼕⼖⼗⼘⼙⼚⼛⼜⼝⼞⼟⼠" +
		"⼡⼢⼣⼤⼥⼦⼧⼨⼩⼪⼫⼬⼭⼮⼯⼰⼱⼲⼳⼴⼵⼶⼷⼸⼹⼺⼻⼼⼽⼾⼿⽀⽁⽂⽃⽄⽅⽆⽇⽈⽉⽊⽋⽌⽍⽎⽏⽐⽑⽒⽓⽔⽕⽖⽗⽘⽙⽚⽛⽜⽝⽞⽟⽠" +
		"⽡⽢⽣⽤⽥⽦⽧⽨⽩⽪⽫⽬⽭⽮⽯⽰⽱⽲⽳⽴⽵⽶⽷⽸⽹⽺⽻⽼⽽⽾⽿⾀⾁⾂⾃⾄⾅⾆⾇⾈⾉⾊⾋⾌⾍⾎⾏⾐⾑⾒⾓⾔⾕⾖⾗⾘⾙⾚⾛⾜⾝⾞⾟⾠" +
		"⾡⾢⾣⾤⾥⾦⾧⾨⾩⾪⾫⾬⾭⾮⾯⾰⾱⾲⾳⾴⾵⾶⾷⾸⾹⾺⾻⾼⾽⾾⾿⿀⿁⿂⿃⿄⿅⿆⿇⿈⿉⿊⿋⿌⿍⿎⿏⿐⿑⿒⿓⿔⿕"
	unified = "厂乙亻冂刀刂卩小小尢尢巳幺彐忄心扌攵旡日月歹母民氵水灬爪爪丬牛犭疋目示礻竹糹纟罒羊羊羊老聿肉艹艹艹虎衤西见角讠贝足车辶辶辶邑钅長" +
		"长门阜阝雨青韦页风飞食食飠饣马骨鱼鸟卤麦黄黾斉齐歯齿竜龙龟亀龟一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士" +
		"夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈户手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜" +
		"瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰" +
		"辵邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠"
)

var radicalTable = sync.OnceValue(func() map[rune]rune {
	to := []rune(unified)
	m := make(map[rune]rune, len(to))
	for i, r := range []rune(radicals) {
		m[r] = to[i]
	}
	return m
})

// FoldRadicals replaces radicals by the characters they stand for.
func FoldRadicals(s string) string {
	for _, r := range s {
		if r >= 0x2e80 && r <= 0x2fd5 {
			return strings.Map(func(r rune) rune {
				if c, ok := radicalTable()[r]; ok {
					return c
				}
				return r
			}, s)
		}
	}
	return s
}
