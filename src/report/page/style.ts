/**
 * The style sheet of the page. Calm and typographic; colour means judgement and nothing else. Text keeps a
 * contrast of at least 4.5:1 on its ground in both schemes (WCAG 2.2 §1.4.3). No font is loaded: system fonts,
 * with the Chinese ones named per system.
 */
export const styleSheet = `
:root{color-scheme:light dark;--ground:#fbfaf8;--card:#fff;--ink:#1d2126;--soft:#59616b;--line:#dfe0dc;--code:#f2f1ed;--link:#14508c;
--red:#a4161f;--red-ground:#fbeaea;--amber:#7d4e00;--amber-ground:#fdf3dc;--green:#17603a;--green-ground:#e7f4ea;--blue:#2b4c7e;--blue-ground:#e8eef8;--band:#fbe8bd}
@media (prefers-color-scheme:dark){:root{--ground:#15181c;--card:#1c2025;--ink:#e6e8ea;--soft:#a3abb4;--line:#343a42;--code:#23282e;--link:#8dbcf2;
--red:#ff9c9c;--red-ground:#3a1c1f;--amber:#f3c66a;--amber-ground:#362a12;--green:#86d6a2;--green-ground:#173022;--blue:#a9c6f5;--blue-ground:#1d2a40;--band:#3f3217}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",sans-serif}
:lang(zh-CN) body,body:lang(zh-CN){line-height:1.75}
main,body>header,footer{max-width:68rem;margin:0 auto;padding:0 1.5rem}
a{color:var(--link);text-underline-offset:.18em;text-decoration-thickness:.06em}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:2px}
code,pre,.mono{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono","Noto Sans Mono CJK SC","PingFang SC","Microsoft YaHei",monospace}
code,bdi{unicode-bidi:isolate;overflow-wrap:anywhere}
body>header{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;align-items:baseline;padding-top:1.5rem;color:var(--soft);font-size:.875rem}
body>header b{color:var(--ink);font-size:1rem;letter-spacing:.02em}
body>header span:last-child{margin-left:auto}
h1{margin:0;font-size:clamp(2rem,5.5vw,3.25rem);line-height:1.15;letter-spacing:-.015em;font-weight:700}
:lang(zh-CN) h1{letter-spacing:.02em}
h2{margin:3.5rem 0 .75rem;font-size:1.35rem;line-height:1.3;letter-spacing:-.005em}
h3{margin:0;font-size:1.05rem;line-height:1.45}
p{margin:.5rem 0;max-width:46rem}
.note{color:var(--soft);font-size:.9rem}
.answer{margin-top:1.25rem;padding:1.75rem 2rem 1.9rem;border-radius:12px;border:1px solid var(--line);border-left:8px solid var(--tone);background:var(--tone-ground)}
.answer h1{color:var(--tone);display:flex;gap:.35em;align-items:center}
.answer h1 svg{width:.82em;height:.82em;flex:none}
.answer>p.note{font-size:.9rem!important;margin:1rem 0 0!important}
.answer>p{font-size:1.15rem;margin:.55rem 0 0;max-width:none}
.mining{--tone:var(--red);--tone-ground:var(--red-ground)}
.suspicious{--tone:var(--amber);--tone-ground:var(--amber-ground)}
.clean{--tone:var(--green);--tone-ground:var(--green-ground)}
.inconclusive{--tone:var(--blue);--tone-ground:var(--blue-ground)}
.key{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:1.1rem 2rem;margin:1.5rem 0 0;padding:1.25rem 0 0;border-top:1px solid var(--line)}
.key div,.facts div{min-width:0}
dt{color:var(--soft);font-size:.8rem}
dd{margin:0;overflow-wrap:anywhere}
.key dd{font-weight:600;font-size:1.05rem;line-height:1.4}
.key dd small{display:block;font-weight:400;font-size:.85rem;color:var(--soft)}
.next{margin-top:1.5rem;padding:1.4rem 2rem;border:1px solid var(--line);border-radius:12px;background:var(--card)}
.next h2{margin:0 0 .35rem;font-size:1.1rem}
.next p{font-size:1.05rem;max-width:none;margin:0}
.next ol{margin:.35rem 0 0;padding-left:1.3rem}
.next details{margin:.8rem 0 0}
nav{margin:1.5rem 0 0;display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;font-size:.9rem}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
nav small{color:var(--soft);font-size:.8rem;margin-left:.25em}
.cards{display:grid;gap:1rem}
.card{border:1px solid var(--line);border-radius:10px;background:var(--card);padding:1.25rem 1.5rem}
.card>header,.finding>header{padding:0;max-width:none;margin:0;display:flex;flex-wrap:wrap;gap:.35rem .75rem;align-items:center;color:inherit;font-size:inherit}
.card h3{font-size:1.2rem}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:.9rem 2rem;margin:1rem 0 0}
.facts .wide{grid-column:1/-1}
.refs{white-space:normal;font-size:.78rem;margin-left:.35em}
.refs a{text-decoration:none;padding:.05em .4em;border-radius:4px;background:var(--code);margin-right:.25em;white-space:nowrap}
.tag{display:inline-block;padding:.08em .6em;border-radius:999px;font-size:.78rem;font-weight:600;line-height:1.6;white-space:nowrap;border:1px solid var(--line);background:var(--code);color:var(--ink)}
.tag.red{color:var(--red);background:var(--red-ground);border-color:transparent}
.tag.amber{color:var(--amber);background:var(--amber-ground);border-color:transparent}
.tag.green{color:var(--green);background:var(--green-ground);border-color:transparent}
.tag.blue{color:var(--blue);background:var(--blue-ground);border-color:transparent}
.why{margin:0;padding-left:1.4rem;max-width:52rem}
.why li{margin:.35rem 0;overflow-wrap:anywhere}
.finding{border-top:1px solid var(--line);padding:1.1rem 0 1.2rem}
.finding .id{color:var(--soft);font-variant-numeric:tabular-nums;min-width:2rem}
.finding h3{flex:1 1 20rem;overflow-wrap:anywhere}
.finding p{overflow-wrap:anywhere}
.finding .meta{display:flex;flex-wrap:wrap;gap:.15rem 1.4rem;color:var(--soft);font-size:.85rem;margin-top:.5rem}
.finding ul{margin:.4rem 0 0;padding-left:1.2rem;font-size:.9rem;color:var(--soft)}
.proof{list-style:none;margin:.6rem 0 0;padding:0!important;color:inherit!important}
.proof li{margin:.2rem 0;overflow-wrap:anywhere}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:10px;background:var(--card);margin:.75rem 0}
table{border-collapse:collapse;width:100%;font-size:.875rem}
th,td{padding:.5rem .8rem;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
thead th{border-top:0;color:var(--soft);font-weight:500;font-size:.8rem;white-space:nowrap}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.long{min-width:16rem;max-width:34rem;overflow-wrap:anywhere}
td.tight{white-space:nowrap}
td.text{min-width:6rem}
td.medium{min-width:15rem;overflow-wrap:anywhere}
td .note{font-size:inherit}
td b{font-weight:600}
td small{color:var(--soft);white-space:nowrap}
tr:target,.finding:target,.card:target,.fact:target{background:var(--amber-ground)}
.evidence td.long{max-width:none}
details{margin:.75rem 0}
summary{cursor:pointer;color:var(--link);font-size:.92rem;padding:.2rem 0}
h3.under{margin:2rem 0 .25rem}
.card h4{margin:1.1rem 0 .25rem;font-size:.9rem;font-weight:600}
.chain{margin:0;padding-left:1.4rem;font-size:.92rem}
.chain li{margin:.3rem 0;overflow-wrap:anywhere}
.chain .when,.drawn .when{font-variant-numeric:tabular-nums}
.chain .when{color:var(--soft);white-space:nowrap}
.times+.why{margin-top:1rem}
.times{margin-top:.75rem;padding-top:0;border-top:0}
.timeline{margin:1.5rem 0 .5rem;border:1px solid var(--line);border-radius:10px;background:var(--card);padding:1rem 1.25rem .75rem}
.drawn{display:block;overflow:hidden}
.drawn text{fill:var(--ink);font-size:13px;direction:ltr}
.drawn .what{font-weight:600;font-size:14px}
.drawn a .what{fill:var(--link)}
.drawn .when,.drawn .passed,.drawn .letter{fill:var(--soft);font-size:12px}
.drawn .letter{text-anchor:middle}
.drawn .detail{fill:var(--soft);font:11.5px ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono","Noto Sans Mono CJK SC",monospace}
.drawn a:focus-visible{outline:2px solid var(--link)}
.line{stroke:var(--line);stroke-width:3;fill:none}
.mines{stroke:var(--red);stroke-width:5;fill:none}
.mines.ended{stroke-dasharray:5 4}
.ring{fill:var(--card);stroke:var(--ink);stroke-width:2}
.dot{fill:var(--ink);stroke:var(--card);stroke-width:1.5}
.alarm{fill:var(--red);stroke:var(--card);stroke-width:1.5}
.drawn .told{fill:var(--blue);stroke:var(--card);stroke-width:1.5}
.bar{stroke:var(--ink);stroke-width:2.5;fill:none}
.unsure{fill:var(--card);stroke:var(--ink);stroke-width:2;stroke-dasharray:2.5 2}
.alarm.unsure{stroke:var(--red)}
.band{fill:var(--band)}
.band.open{fill-opacity:.5}
.edge{stroke:var(--amber);stroke-width:1;stroke-dasharray:4 3;fill:none}
.log{stroke:var(--green);stroke-width:3;fill:none;stroke-opacity:.75}
.broken{stroke:var(--card);stroke-width:5;stroke-dasharray:3 2}
figcaption{font-size:.82rem;color:var(--soft);border-top:1px solid var(--line);margin-top:.5rem;padding-top:.5rem}
figcaption p{margin:.15rem 0;max-width:none;display:flex;flex-wrap:wrap;gap:.1rem 1.2rem}
figcaption i{print-color-adjust:exact;-webkit-print-color-adjust:exact;display:inline-block;width:.8em;height:.8em;margin-right:.4em;vertical-align:-.05em}
.sign-log{background:var(--green)}
.sign-window{background:var(--band);border:1px dashed var(--amber)}
.sign-mining{background:var(--red)}
.sign-told{background:var(--blue);transform:rotate(45deg) scale(.8)}
.sign-gap{border:2px dashed var(--green)}
.about{display:grid;grid-template-columns:repeat(auto-fill,minmax(18rem,1fr));gap:.9rem 2rem}
footer{margin-top:4rem;padding-top:1rem;padding-bottom:3rem;color:var(--soft);font-size:.85rem}
footer p{border-top:1px solid var(--line);padding-top:1rem;max-width:none}
@media (max-width:52rem){.drawn .beside{display:none}}
@media (max-width:40rem){.times{grid-template-columns:1fr 1fr}.timeline{padding:.75rem .75rem .5rem}main,body>header,footer{padding-left:1rem;padding-right:1rem}.answer,.next{padding:1.25rem}.card{padding:1rem}}
@page{size:A4;margin:16mm 14mm}
@media print{:root{color-scheme:light;--ground:#fff;--card:#fff;--ink:#111;--soft:#444;--line:#bbb;--code:#f3f3f3;--link:#111;--red:#8f0f18;--red-ground:#fff;--amber:#6b4300;--amber-ground:#fff;--green:#0f5130;--green-ground:#fff;--blue:#223f6b;--blue-ground:#fff;--band:#f6ead0}
html{font-size:9.5pt}body{font-size:1rem;line-height:1.45}main,body>header,footer{max-width:none;padding:0}nav{display:none}
h1{font-size:26pt}h2{margin-top:1.6rem;break-after:avoid}.answer,.next,.finding,.timeline,.facts,.chain li,tr{break-inside:avoid}.card>header{break-after:avoid}.timeline{border:0;padding:0}.drawn{zoom:.76}.drawn .beside{display:block}h3,h4{break-after:avoid}
.answer>p,.next p,.key dd{font-size:11pt}.scroll{overflow:visible;border:0}table{font-size:8pt}th,td{padding:.25rem .4rem}td.long,td.medium,td.text{min-width:0;max-width:none}
td.tight,td.number,th.number,thead th{white-space:normal}.tag{border-color:currentColor!important}a{text-decoration:none}thead{display:table-header-group}}
`.trim();
