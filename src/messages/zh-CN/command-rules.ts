/** 已执行命令的中文文本。 */
import type { CommandWhy, RuleTexts } from '../rules.ts';

const whys: Readonly<Record<CommandWhy, string>> = {
  'fetch-and-run': '从网络下载程序并运行',
  'miner-command': '启动或配置挖矿程序',
  'reverse-shell': '向外部主机反弹 shell',
  'runs-stored-code': '运行存放在注册表或 WMI 中的代码',
  'disguised-command': '拼接程序名以躲避检索',
  'decode-and-run': '运行经过编码的命令',
  'stops-protection': '关闭安全防护',
  'opens-account': '创建隐藏账户',
  'clears-traces': '清除日志或命令历史',
  hides: '隐藏文件或账户',
  'kills-rivals': '像挖矿木马清除同行那样结束其他程序',
  'writes-persistence': '写入自启动位置',
  'opens-tunnel': '打开通往内网的通道',
  'family-mark': '含有已知家族的特征',
  'program-place': '从不应存放程序的位置运行程序',
  'several-ways': '短时间内接连做了多种攻击者常做的操作',
};

const origins = {
  'console-history': '在 PowerShell 控制台中输入',
  transcript: '见于 PowerShell 会话记录（transcript）',
  'script-block': '由 PowerShell 执行（事件 4104）',
  'command-line': '见于事件日志中的进程创建记录',
} as const;

const of = (texts: Readonly<Record<string, string>>, id: string): string => texts[id] ?? id;

type Params = Parameters<RuleTexts['command.malicious']>[0];

const by = ({ account }: Params): string => (account === '' ? '' : `账户 ${account} `);
const explained = ({ origin, path, commands }: Params): string =>
  `${commands === 1 ? '该命令' : `这 ${commands} 条命令`}${of(origins, origin)}（${path}）。请查看其前后执行过的命令，并查找其中提到的文件和账户；仅凭命令本身不能说明它是否成功。`;

export const commandRules: Pick<RuleTexts, 'command.malicious' | 'command.suspicious'> = {
  'command.malicious': (params) => ({
    title: `${by(params)}执行过攻击者的命令：${of(whys, params.why)}`,
    explanation: explained(params),
  }),
  'command.suspicious': (params) => ({
    title: `${by(params)}执行过可疑命令：${of(whys, params.why)}`,
    explanation: `${explained(params)}请向账户使用者核实是否为其本人操作。`,
  }),
};
