/**
 * dpkg.log: `2024-01-02 03:04:05 install curl:amd64 <none> 7.88.1-10`.
 *
 * `install`, `upgrade`, `remove`, `purge`, `configure` of a package are events; `status`, `conffile`, `startup` and
 * `trigproc` lines are kept as they stand, they tell the same again.
 * Source: dpkg src/main/archives.c, src/main/remove.c, src/main/configure.c, lib/dpkg/log.c (log_message), dpkg(1) --log.
 */
import type { EventDetail, PackageEvent } from '../../../model/facts/event.ts';
import { said } from '../messages/message.ts';
import { isoHead, serviceFormat } from '../service-log.ts';

const form = /^(install|upgrade|remove|purge|configure) (\S{1,256}) (\S{1,256}) (\S{1,256})$/;
const actions: Readonly<Record<string, PackageEvent['action']>> = {
  install: 'installed',
  upgrade: 'upgraded',
  remove: 'removed',
  purge: 'removed',
  configure: 'configured',
};

function read(text: string): EventDetail | undefined {
  const found = form.exec(text);
  const action = actions[found?.[1] ?? ''];
  if (found === null || action === undefined) return undefined;
  const [, , name, before, after] = found;
  // What is removed and configured has its version first.
  const version = action === 'installed' || action === 'upgraded' ? after : before;
  return { what: 'package', manager: 'dpkg', action, package: said(name), version: said(version) };
}

export const dpkgLog = serviceFormat({
  id: 'dpkg',
  service: 'dpkg',
  verified: true,
  source: 'dpkg lib/dpkg/log.c and dpkg(1); plaso dpkg.log',
  head: isoHead,
  read,
});
