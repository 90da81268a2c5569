/** All watchers of ways in, new ones for each host. */
import { brokerWatcher } from './broker.ts';
import { ChildProcesses } from './child-processes.ts';
import { databaseWatcher } from './database.ts';
import { DockerWatcher } from './docker.ts';
import { KubernetesWatcher } from './kubernetes.ts';
import { RedisWatcher } from './redis.ts';
import { schedulerWatcher } from './scheduler.ts';
import { SshWatcher } from './ssh.ts';
import { SupplyChainWatcher } from './supply-chain.ts';
import { UserRunWatcher } from './user-run.ts';
import type { EntryWatcher } from './watcher.ts';
import { WebExploitWatcher } from './web.ts';
import { WebShellWatcher } from './web-shell.ts';
import { WindowsExploitWatcher } from './windows-exploit.ts';
import { WindowsLateralWatcher } from './windows-lateral.ts';
import { WindowsLogonWatcher } from './windows-logon.ts';
import { WindowsServedWatcher } from './windows-served.ts';

export const entryWatchers = (): readonly EntryWatcher[] => {
  /** Shared by those whose door it shows. */
  const children = new ChildProcesses();
  return [
    children,
    new SshWatcher(),
    new RedisWatcher(),
    new DockerWatcher(),
    new KubernetesWatcher(),
    databaseWatcher(children),
    schedulerWatcher(),
    brokerWatcher(),
    new SupplyChainWatcher(),
    new WebExploitWatcher(children),
    new WebShellWatcher(children),
    new WindowsLogonWatcher(),
    new WindowsLateralWatcher(children),
    new WindowsServedWatcher(children),
    new UserRunWatcher(children),
    new WindowsExploitWatcher(children),
  ];
};
