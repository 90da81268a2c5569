/** Plants the guard of the manual on a host of the lab: it writes its miner again and runs it, whoever removed that. */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { minerArguments } from './infection.ts';

export const guardedMiner = '/var/tmp/.font/fontd';
export const guardProgram = '/usr/local/libexec/agentd';
export const guardUnit = '/etc/systemd/system/agentd.service';
/** What is known of the miner at the first scan: a job of its own. */
export const minersJob = '/etc/cron.d/fontd';
const kept = '/usr/local/share/agentd/data';
const settings = '/etc/agentd.conf';

/** @param seconds that it waits when it saw a tool; 180 in the manual */
export function plantGuard(root: string, seconds: number, tools = 'top,htop,ps,demine'): void {
  const put = (path: string, content: string | Uint8Array, mode = 0o644): void => {
    const full = join(root, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content);
    chmodSync(full, mode);
  };
  const standIn = (name: string): string => join(root, 'opt/standins', name);
  mkdirSync(dirname(join(root, guardedMiner)), { recursive: true });
  mkdirSync(dirname(join(root, guardProgram)), { recursive: true });
  copyFileSync(standIn('shape'), join(root, guardedMiner));
  copyFileSync(standIn('guard'), join(root, guardProgram));
  chmodSync(join(root, guardedMiner), 0o755);
  chmodSync(join(root, guardProgram), 0o755);
  put(minersJob, `17 3 * * * root ${guardedMiner} ${minerArguments}\n`);
  put(
    kept,
    readFileSync(standIn('shape')).map((byte) => byte ^ 0xff),
  );
  put(settings, `${seconds} ${kept} ${guardedMiner} ${tools} ${minerArguments}\n`);
  // Enabled by nothing but its timer, which the test does not wait for.
  put(
    guardUnit,
    `[Unit]\nDescription=Agent\n[Service]\nExecStart=${guardProgram} ${settings}\nRestart=always\n`,
  );
  put(
    '/etc/systemd/system/agentd.timer',
    '[Unit]\nDescription=Agent\n[Timer]\nOnBootSec=2h\n[Install]\nWantedBy=timers.target\n',
  );
}
