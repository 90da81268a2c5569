/**
 * Ways into Windows hosts with real event logs: each log of a technique lies on a host whose Run key was written a minute after
 * its last record, and the ways in are told of what those records show, or none.
 *
 * The host around the logs is made here; what they say is real. Few of these logs show how somebody came in: most show what
 * was done on a host, often on another one than the log is of.
 */
import { expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAll } from '../../src/formats/evtx/read-log.fixture.ts';
import { lookAt, mined } from '../windows/windows-logs.fixture.ts';

const folder = join(process.env['DEMINE_CORPUS'] ?? join(import.meta.dir, '../../../shared/corpus'), 'evtx');

async function waysWith(name: string): Promise<readonly string[]> {
  const bytes = readFileSync(join(folder, name));
  let last = 0;
  let channel = '';
  readAll(bytes, (record) => {
    if (!(record.timeUs > last)) return;
    last = record.timeUs;
    channel = record.channel;
  });
  if (last === 0) return [];
  const written = new Date(last / 1000 + 60_000).toISOString();
  const { result } = await lookAt(mined(written), {
    [`Windows/System32/winevt/Logs/${channel.replaceAll('/', '%4')}.evtx`]: bytes,
  });
  return (result.entry ?? []).map(({ vector, grade, service, attackers }) =>
    `${grade} ${vector} ${service} ${attackers.join(',')}`.trim(),
  );
}

const shown: Readonly<Record<string, readonly string[]>> = {
  'Lateral Movement/LM_WMI_4624_4688_TargetHost.evtx': ['probable lateral wmi 10.0.2.17'],
  'Lateral Movement/LM_typical_IIS_webshell_sysmon_1_10_traces.evtx': ['probable web-exploit iis'],
  'Lateral Movement/LM_xp_cmdshell_MSSQL_Events.evtx': ['probable database-exec sqlserver'],
  'Lateral Movement/sysmon_1_exec_via_sql_xpcmdshell.evtx': ['probable database-exec sqlserver'],
};

test('logs of what moves between hosts, and of what is run', async () => {
  const names = ['Lateral Movement', 'Execution', 'Command and Control'].flatMap((of) =>
    readdirSync(join(folder, of))
      .filter((name) => name.endsWith('.evtx'))
      .map((name) => `${of}/${name}`),
  );
  const found: Record<string, readonly string[]> = {};
  for (const name of names) {
    const ways = await waysWith(name);
    if (ways.length > 0) found[name] = ways;
  }
  expect(found).toEqual(shown);
}, 300_000);

test('a shell of SYSTEM under lsass.exe that an administrator made for himself is a lead and no more', async () => {
  expect(
    await waysWith('Privilege Escalation/sysmon_privesc_from_admin_to_system_handle_inheritance.evtx'),
  ).toEqual(['possible smb-exploit smb']);
});

test('a document that started a library', async () => {
  expect(
    await waysWith('AutomatedTestingTools/Malware/sideloading_uacbypass_rundll32_injection_c2.evtx'),
  ).toEqual(['probable phishing office']);
});
