/**
 * docs/coverage.md and packs/coverage.json, made from the outcomes of the cases. Kept apart from the run, so that a
 * test can say whether what lies in the repository is what would be made.
 */
import { persistenceArtifacts } from '../src/artifacts/linux/persistence.ts';
import { windowsArtifacts } from '../src/artifacts/windows/index.ts';
import { shapeRows } from '../src/cli/commands/coverage.ts';
import { messagesFor } from '../src/messages/index.ts';
import {
  groupsOfMechanisms,
  groupsOfWindows,
  type Mechanism,
  type WindowsMechanism,
} from '../src/model/mechanism.ts';
import { type Dress, dresses, noRecall, type Recall, sumOf, type Tally } from '../src/model/recall.ts';
import { shapeKinds, stateOf } from '../src/report/shapes.ts';
import { terminalTexts } from '../src/report/texts.ts';

export type Rows = ReadonlyMap<Mechanism, Recall>;

/** The rows of the cases, each with whether it came out right. */
export function tallied(
  outcomes: readonly { readonly mechanism: Mechanism; readonly dress: Dress; readonly right: boolean }[],
): Rows {
  const rows = new Map<Mechanism, Recall>();
  for (const { mechanism, dress, right } of outcomes) {
    const row = rows.get(mechanism) ?? noRecall;
    const before = row[dress];
    rows.set(mechanism, {
      ...row,
      [dress]: { cases: before.cases + 1, right: before.right + (right ? 1 : 0) },
    });
  }
  return rows;
}

export const coverageJson = (rows: Rows): string => `${JSON.stringify(Object.fromEntries(rows), null, 2)}\n`;

const recallPlace = /(<!-- recall -->)[^<]*(<!-- \/recall -->)/;

/** The README with the sums of the rows in their place. */
export function readmeWith(readme: string, rows: Rows): string {
  const all = [...rows.values()];
  const sums = dresses.filter((dress) => dress !== 'honest').map((dress) => sumOf(all, dress));
  const cases = sums.reduce((sum, one) => sum + one.cases, 0);
  const found = sums.reduce((sum, one) => sum + one.right, 0);
  const honest = sumOf(all, 'honest');
  const text = `${rows.size} mechanisms; ${found} of ${cases} planted cases found, ${honest.cases - honest.right} of ${honest.cases} honest uses called an attack`;
  return readme.replace(recallPlace, `$1${text}$2`);
}

const cell = ({ cases, right }: Tally): string => (cases === 0 ? '—' : `${right}/${cases}`);
/** Of the honest: how many raised an alarm. */
const alarms = ({ cases, right }: Tally): string => (cases === 0 ? '—' : `${cases - right}/${cases}`);

const head = `# 覆盖范围 · Coverage

每个持久化位置都以四种形态逐一植入并扫描；由 \`npm run bench:recall\` 生成。表中依次为：下载后执行、无主程序、改动软件包文件（检出/植入），
以及正常用法的误报（误报/植入）。根目录为人工构造，只含软件包数据库、无害文件和该用例。

Every place from which a miner comes back, planted in four dresses one at a time and scanned as a root folder.
Made by \`npm run bench:recall\`; \`demine coverage\` prints the same from the declarations.

Fetches = fetch-and-run; foreign = a program that no package owns, no address anywhere; edit = an edit inside a
file of a package (found / planted). Alarms = honest uses that were called suspicious (raised / planted). The roots
are synthetic: they hold a package database, inert files and the case.
`;

const windowsHead = `## Windows

以下各项植入于人工构造的 Windows Server 目录（注册表 hive 由测试代码写成），一次一例。“无主程序”指位于不应存放程序之处的程序或库；“改动”指
被修改、隐藏或刻意避开列表的系统条目。

What follows is planted one at a time on a made Windows server, whose hives test code writes. Foreign = a program or a
library where none belongs; edit = an entry of Windows itself that was changed, hidden, or made so that lists leave it out.
`;

/** Why a dress is planted in no case, in both languages. */
export interface LeftOut {
  readonly mechanism: Mechanism;
  readonly dresses: readonly Dress[];
  readonly en: string;
  readonly zh: string;
}

const left = (
  mechanisms: readonly WindowsMechanism[],
  without: readonly Dress[],
  en: string,
  zh: string,
): readonly LeftOut[] => mechanisms.map((mechanism) => ({ mechanism, dresses: without, en, zh }));

const ofWindows: readonly LeftOut[] = [
  ...left(
    [
      'startup-folder',
      'logon-script',
      'active-setup',
      'silent-exit',
      'com-hijack',
      'command-autorun',
      'wmi-subscription',
    ],
    ['owned-edit'],
    'Windows has no entry of its own here that could be changed; each is told by what it runs.',
    'Windows 自身在此没有可供改动的条目；均按其运行的内容判断。',
  ),
  ...left(
    [
      'windows-driver',
      'appinit-dll',
      'appcert-dll',
      'lsa-package',
      'print-monitor',
      'time-provider',
      'netsh-helper',
      'cor-profiler',
    ],
    ['fetch-and-run', 'owned-edit'],
    'it loads a file and runs no command. A library of an unknown maker in a folder of Windows is told as unusual and accuses nobody alone.',
    '它加载文件，不执行命令。位于 Windows 目录中、制作者不明的库只标为“不常见”，单凭这一点不告警。',
  ),
  ...left(
    ['windows-account', 'logon-screen-list', 'defender-exclusion', 'port-proxy', 'windows-firewall-rule'],
    ['fetch-and-run', 'unowned-binary'],
    'it runs nothing.',
    '它不运行任何程序。',
  ),
  ...left(
    ['defender-setting'],
    ['fetch-and-run', 'unowned-binary', 'owned-edit'],
    'a server with another scanner has Defender off, so what is off is told as unusual and accuses nobody alone. Who switched it off is told by the commands that did.',
    '装有其他杀毒软件的服务器会关闭 Defender，因此“已关闭”只标为“不常见”，单凭这一点不告警；由谁关闭，由执行过的命令说明。',
  ),
  ...left(
    ['windows-dns'],
    ['fetch-and-run', 'unowned-binary', 'owned-edit'],
    'a name server is an address that owners choose too; the pair that DTLMiner sets is told as unusual. It is found where the address is that of an attack, or was given with --seen.',
    '域名服务器只是一个地址，管理员同样会自行设置；DTLMiner 设置的那一组标为“不常见”。当该地址属于攻击者，或由 --seen 给出时才判为可疑。',
  ),
  ...left(
    ['windows-web-page'],
    ['fetch-and-run', 'owned-edit'],
    'a page is told by what it does with what a client sends.',
    '网页按其如何处理客户端提交的内容判断。',
  ),
];

export const leftOut: readonly LeftOut[] = [
  {
    mechanism: 'systemd-linger',
    dresses: ['owned-edit'],
    en: 'a linger file is empty, and no package brings one that could be edited.',
    zh: 'linger 文件为空文件，且没有软件包会自带，因此不存在“改动软件包文件”的形式。',
  },
  {
    mechanism: 'systemd-extension',
    dresses: ['fetch-and-run', 'owned-edit'],
    en: 'an extension is an image that is laid over /usr: it runs no command of its own, and no package brings one. What it brings is judged where it starts.',
    zh: '系统扩展是叠加到 /usr 之上的镜像，本身不执行命令，也没有软件包会自带；其带入的内容在各自的启动位置判断。',
  },
  {
    mechanism: 'hosts-file',
    dresses: ['unowned-binary'],
    en: 'a line of names runs no program. What fetches from a host that such a line names fetches from somebody else: that is its first dress.',
    zh: '主机名记录不运行程序；通过该记录访问的下载会被导向他处，即第一种形态。',
  },
  {
    mechanism: 'firewall-rules',
    dresses: ['fetch-and-run', 'unowned-binary'],
    en: 'a rule lets packets through, drops them or sends them elsewhere; it fetches nothing and runs no program.',
    zh: '防火墙规则只放行、丢弃或转发数据包，不下载也不运行任何程序。',
  },
  {
    mechanism: 'resolver',
    dresses: ['unowned-binary'],
    en: 'a resolver names an address and runs no program. A foreign address alone, locked or not, and whatever DHCP, netplan or cloud-init name, is no alarm: whoever locks resolv.conf wants another than the lease names, so a company resolver and that of an attacker look the same. It is found where the address is that of an attack on the same host, or was given with --seen.',
    zh: '域名解析配置只写地址，不运行程序。仅凭外部地址不告警，无论文件是否被锁定、是否与 DHCP、netplan 或 cloud-init 给出的不同：锁定 resolv.conf 的人本就是要改用其他地址，公司自建解析与攻击者的解析在外观上无法区分。当该地址同时出现在本机的攻击项中，或由 --seen 给出时，才判为可疑。',
  },
  ...ofWindows,
];

function leftOutText(): readonly string[] {
  const names: Readonly<Record<Dress, string>> = {
    'fetch-and-run': 'fetches',
    'unowned-binary': 'foreign',
    'owned-edit': 'edit',
    honest: 'alarms',
  };
  return [
    '## 未植入的形式 · Dresses that are not planted',
    '',
    'A dress of which no honest use can be told apart, or that cannot be, is left out and said here.',
    '',
    ...leftOut.map(
      ({ mechanism, dresses: left, en, zh }) =>
        `- \`${mechanism}\` (${left.map((dress) => names[dress]).join(', ')}): ${en} ${zh}`,
    ),
    '',
    'A limit or a setting of the kernel runs nothing either: their cases show the two numbers of a guide for RandomX side',
    'by side, and a miner’s name. Huge pages alone, and memory that one account may lock, are those of databases.',
    '',
  ];
}

/** What vouches for each shape of logs and requests. */
function shapesText(): readonly string[] {
  const words = terminalTexts('en').shapes;
  const chinese = terminalTexts('zh-CN').shapes;
  const rows = shapeRows();
  const unverified = rows.filter(({ verified }) => !verified).length;
  return [
    '## 日志与请求的格式 · Shapes of logs and requests',
    '',
    `${chinese.heading({ shapes: rows.length, unverified })}。${chinese.note}`,
    '',
    `${words.heading({ shapes: rows.length, unverified })}. ${words.note}`,
    '',
    ...shapeKinds.flatMap((kind) => [
      `### ${chinese.kinds[kind]} · ${words.kinds[kind]}`,
      '',
      '| shape | | source |',
      '|---|---|---|',
      ...rows
        .filter((row) => row.kind === kind)
        .map((row) => {
          return `| \`${row.id}\` | ${stateOf(row, words)} | ${row.verified ? row.source : row.origin} |`;
        }),
      '',
    ]),
  ];
}

const columns = `| mechanism | id | artifacts | fetches | foreign | edit | alarms |
|---|---|---|---|---|---|---|`;

export function coverageDocument(rows: Rows): string {
  const { persistence } = messagesFor('en');
  const chinese = messagesFor('zh-CN').persistence;
  const readersOf = (mechanism: Mechanism): string =>
    [...persistenceArtifacts, ...windowsArtifacts]
      .filter(({ mechanisms }) => mechanisms.includes(mechanism))
      .map(({ id }) => `\`${id}\``)
      .join(', ');
  const lines = [head];
  for (const { group, mechanisms } of [...groupsOfMechanisms, ...groupsOfWindows]) {
    if (group === groupsOfWindows[0]?.group) lines.push(windowsHead);
    lines.push(`## ${chinese.groups[group]} · ${persistence.groups[group]}`, '', columns);
    for (const id of mechanisms) {
      const row = rows.get(id) ?? noRecall;
      const name = `${chinese.mechanisms[id]} · ${persistence.mechanisms[id]}`;
      const dangerous = dresses.filter((dress) => dress !== 'honest').map((dress) => cell(row[dress]));
      const counts = [...dangerous, alarms(row.honest)].join(' | ');
      lines.push(`| ${name} | \`${id}\` | ${readersOf(id)} | ${counts} |`);
    }
    lines.push('');
  }
  lines.push(...leftOutText(), ...shapesText());
  return lines.join('\n');
}
