import { describe, expect, test } from 'bun:test';
import { processFact } from '../../../test/process-fact.ts';
import { type Recorded, RecordedTarget } from '../../../test/recorded-target.ts';
import { FactSet } from '../../model/fact.ts';
import type { ProcessFact } from '../../model/facts/process.ts';
import { SourceLog } from '../../model/source-log.ts';
import { printableText } from '../../model/text.ts';
import { agentDefinitions, agents } from './agents.ts';

async function signs(
  files: Record<string, Recorded>,
  processes: readonly ProcessFact[] = [],
): Promise<string[]> {
  const target = new RecordedTarget({ files });
  const context = { target, log: new SourceLog(), facts: new FactSet(processes), nowUs: 0, thorough: false };
  const facts = new FactSet(await agents.gather(context));
  return facts.of('agent').map((fact) => `${fact.agent} ${fact.sign}`);
}

const running = (pid: number, exe: string, ...argv: string[]): ProcessFact =>
  processFact(pid, {
    exe: { path: printableText(exe), deleted: false, memfd: false },
    argv: argv.map((text) => printableText(text)),
  });

describe('the pack of agents', () => {
  test('ids are unique, names are in both languages, each has a sign and a source', () => {
    expect(new Set(agentDefinitions.map((agent) => agent.id)).size).toBe(agentDefinitions.length);
    for (const agent of agentDefinitions) {
      expect(agent.id).toMatch(/^[a-z0-9-]+$/);
      expect(agent.name.en).not.toBe('');
      expect(agent.name['zh-CN']).not.toBe('');
      expect(['security', 'cloud', 'monitoring']).toContain(agent.kind);
      expect(agent.source).not.toBe('');
      expect(agent.packages.length + agent.units.length + agent.folders.length).toBeGreaterThan(0);
      for (const folder of agent.folders) expect(folder).toMatch(/^(?:\/[\w.-]+){2,}$/);
      for (const unit of agent.units) expect(unit).toMatch(/\.service$/);
    }
  });

  test('no process name belongs to two agents', () => {
    const names = agentDefinitions.flatMap((agent) => agent.processes);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });
});

describe('linux.agents', () => {
  test('a plain host has no signs', async () => {
    expect(
      await signs(
        {
          '/var/lib/dpkg/status': 'Package: bash\nStatus: install ok installed\n',
          '/sys/class/dmi/id/sys_vendor': 'QEMU\n',
          '/usr/lib/systemd/system/ssh.service': '[Install]\nWantedBy=multi-user.target\n',
        },
        [running(10, '/usr/sbin/sshd', 'sshd')],
      ),
    ).toEqual([]);
  });

  test('an agent that was installed and runs shows by all its signs', async () => {
    expect(
      await signs(
        {
          '/sys/class/dmi/id/sys_vendor': 'Alibaba Cloud\n',
          '/usr/local/aegis/aegis_client/x': '',
          '/etc/systemd/system/aegis.service': '[Service]\n[Install]\nWantedBy=multi-user.target\n',
          '/etc/systemd/system/multi-user.target.wants/aegis.service': {
            link: '/etc/systemd/system/aegis.service',
          },
          '/etc/init.d/aegis': '#!/bin/sh\n',
        },
        [running(10, '/usr/local/aegis/aegis_client/aegis_12_01/AliYunDun')],
      ),
    ).toEqual([
      'aliyun-aegis vendor',
      'aliyun-assist vendor',
      'aliyun-aegis unit',
      'aliyun-aegis unit',
      'aliyun-aegis folder',
      'aliyun-aegis process',
    ]);
  });

  test('a masked, an emptied and a disabled unit are told apart', async () => {
    expect(
      await signs({
        '/etc/systemd/system/falcon-sensor.service': { link: '/dev/null' },
        '/usr/lib/systemd/system/falcon-sensor.service': '[Install]\nWantedBy=multi-user.target\n',
        '/etc/systemd/system/osqueryd.service': '',
        '/usr/lib/systemd/system/wazuh-agent.service': '[Install]\nWantedBy=multi-user.target\n',
        '/usr/lib/systemd/system/mdatp.service': '[Service]\nExecStart=/x\n',
      }),
    ).toEqual([
      'microsoft-mde unit',
      'crowdstrike-falcon unit-masked',
      'wazuh unit-disabled',
      'osquery unit-masked',
    ]);
  });

  test('a package that was removed is no sign, one that is installed is', async () => {
    const status =
      'Package: auditd\nStatus: deinstall ok config-files\n\nPackage: fail2ban\nStatus: install ok installed\n';
    expect(await signs({ '/var/lib/dpkg/status': status })).toEqual(['fail2ban package']);
    expect(await signs({ '/var/lib/pacman/local/falco-0.39.0-1/desc': '' })).toEqual(['falco package']);
    expect(await signs({ '/lib/apk/db/installed': 'P:osquery\nV:5\n\n' })).toEqual(['osquery package']);
  });

  test('a script is known by its interpreter, a name alone by nobody', async () => {
    expect(
      await signs({}, [
        running(10, '/usr/bin/python3.11', '/usr/bin/python3', '/usr/bin/fail2ban-server', '-xf'),
        running(11, '/tmp/xmrig', 'AliYunDun'),
        processFact(12, { name: printableText('AliYunDun'), exeStatus: 'absent' }),
      ]),
    ).toEqual(['fail2ban process']);
  });

  test('where the executable may not be read, the name has to do', async () => {
    expect(
      await signs({}, [processFact(12, { name: printableText('amazon-cloudwat'), exeStatus: 'denied' })]),
    ).toEqual(['aws-cloudwatch process']);
  });
});
