/** docs/families.md, made from the profiles: what tells each family, and what it is mixed up with. Hosts are defanged. */

import { family as english } from '../src/messages/en/family.ts';
import { family as chinese } from '../src/messages/zh-CN/family.ts';
import type { IndicatorKind } from '../src/model/family.ts';
import type { familyVectors, WrittenFamily, WrittenIndicator } from './families-pack.ts';

type Language = 'en' | 'zh-CN';
type Texts<K extends string> = Readonly<Record<K, readonly [zh: string, en: string]>>;

const vectors: Texts<(typeof familyVectors)[number]> = {
  'ssh-brute-force': ['SSH 弱口令爆破', 'SSH brute force'],
  'redis-cron': ['Redis 未授权访问', 'open Redis'],
  'redis-key': ['经 Redis 写入密钥', 'SSH key through Redis'],
  'redis-replication': ['Redis 主从复制', 'Redis replication'],
  'redis-lua': ['Redis Lua 漏洞', 'Redis Lua'],
  'docker-api': ['Docker API 暴露', 'open Docker API'],
  kubelet: ['Kubernetes 暴露', 'open Kubernetes'],
  'web-exploit': ['Web 漏洞', 'web exploits'],
  'database-exec': ['数据库执行命令', 'commands through databases'],
  scheduler: ['作业调度（YARN、Ray 等）', 'job schedulers'],
  broker: ['消息中间件漏洞', 'message brokers'],
  'supply-chain': ['供应链', 'supply chain'],
  lateral: ['横向移动', 'lateral movement'],
  'smb-exploit': ['SMB 漏洞（永恒之蓝等）', 'SMB exploits'],
  'rdp-brute-force': ['RDP 爆破', 'RDP brute force'],
  'mssql-brute-force': ['MSSQL 爆破', 'MSSQL brute force'],
  phishing: ['钓鱼', 'phishing'],
  'cracked-software': ['破解软件', 'cracked software'],
};

/** Rows that are shown of each family; all are in the pack. */
const mostShown = 8;

const chosen = (texts: readonly [string, string], language: Language): string =>
  texts[language === 'en' ? 1 : 0];

/** Not to be clicked, resolved, or fetched by whoever reads the page. */
const defanged = ({ kind, value }: WrittenIndicator): string =>
  kind === 'host' ? value.replaceAll('.', '[.]') : value;

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

/** The best of what is the family's own; the rest is counted. */
function marks(family: WrittenFamily, language: Language): string {
  const own = family.indicators
    .filter(({ shared, kind }) => shared !== true && kind !== 'decoy-file')
    .sort((a, b) => b.weight - a.weight);
  const groups = new Map<IndicatorKind, string[]>();
  for (const one of own.slice(0, mostShown)) {
    const star = one.weight === 3 ? '★' : '';
    const doubt = one.state === 'unconfirmed' ? '?' : '';
    const all = groups.get(one.kind) ?? [];
    groups.set(one.kind, [...all, `${code(defanged(one))}${star}${doubt}`]);
  }
  const told = [...groups].map(
    ([kind, values]) => `${(language === 'en' ? english : chinese).kinds[kind]} ${values.join(' ')}`,
  );
  const more = own.length - mostShown;
  return [...told, ...(more > 0 ? [`+${more}`] : [])].join('; ') || '—';
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

function years({ since, until }: WrittenFamily): string {
  return since === undefined ? '' : `${since}–${until ?? ''}`;
}

function row(family: WrittenFamily, language: Language, names: ReadonlyMap<string, string>): string {
  const mixed = family.confusedWith.map((id) => names.get(id) ?? id).join(language === 'en' ? ', ' : '、');
  const ways = family.vectors
    .map((way) => chosen(vectors[way], language))
    .join(language === 'en' ? ', ' : '、');
  const others = mixed === '' ? '' : language === 'en' ? `${mixed}. ` : `${mixed}。`;
  return `| ${cell(family.name[language])} | ${[family.platforms.join(' '), years(family)].filter((part) => part !== '').join(' ')} | ${ways || '—'} | ${marks(family, language)} | ${others}${cell(family.note[language])} |`;
}

const groups: readonly (readonly [WrittenFamily['class'], readonly [string, string]])[] = [
  ['family', ['家族与团伙', 'Families and gangs']],
  ['campaign', ['以入侵途径归类的攻击', 'Campaigns, by their way in']],
  ['tool', ['通用工具（不代表任何团伙）', 'Tools of anybody (no gang by themselves)']],
];

const heads: Readonly<Record<Language, string>> = {
  'zh-CN': `## 中文

★ 为该家族独有，单独即可认定；其余须有两类相互独立的特征（例如文件与密钥注释）落在两行证据上。\`?\` 为未读到来源的特征。
与他人共用的名称（如 \`kdevtmpfsi\`、\`xmrig\`、\`kworkerds\`、\`.configrc\`）、诱饵文件、软件包自带的文件、“查找或清除”的命令、
罗列多个家族的清单、访问日志中的请求，都不能单独认定。一台主机上可以有两个团伙，会分别列出。
名称只是线索，不是证据：是否挖矿由行为判断，见[使用](use.md)。`,
  en: `## English

★ is of that family alone and decides; without it two independent kinds (a file and a key's comment) on two lines of
evidence are needed. \`?\` marks what no source was read for. Never decide: names that others use too (\`kdevtmpfsi\`,
\`xmrig\`, \`kworkerds\`, \`.configrc\`), decoys, files of packages, commands that look for or remove, lists of many
families, requests in an access log. Two gangs on one host are both told.
Names are leads, no proof: whether a host mines is judged by behaviour, see [use](use.md).`,
};

const columns: Readonly<Record<Language, string>> = {
  'zh-CN': '| 家族 | 平台、时间 | 入侵途径 | 特征 | 易与之混淆 |\n|---|---|---|---|---|',
  en: '| family | platform, years | ways in | what tells it | mixed up with |\n|---|---|---|---|---|',
};

function section(families: readonly WrittenFamily[], language: Language): string {
  const names = new Map(families.map(({ id, name }) => [id, name[language]]));
  const tables = groups.map(([kind, title]) => {
    const rows = families
      .filter((family) => family.class === kind)
      .map((family) => row(family, language, names));
    return `### ${chosen(title, language)}\n\n${columns[language]}\n${rows.join('\n')}`;
  });
  return [heads[language], ...tables].join('\n\n');
}

export function familiesDocument(families: readonly WrittenFamily[]): string {
  const title = `# 挖矿木马家族 · Families

由 \`npm run families\` 从 packs/families/ 生成，每个特征的出处见该目录。 Made by \`npm run families\` from packs/families/, where every row has its source.`;
  return `${title}\n\n${section(families, 'zh-CN')}\n\n${section(families, 'en')}\n`;
}
