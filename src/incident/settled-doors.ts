/**
 * Doors that settings open: of a host that does not run, no socket shows who listened.
 *
 * What is read: Docker's daemon that serves its API on TCP without certificates (daemon.json, options of its service
 * and its unit). What it is NOT: a check whether the network reached it, for a firewall may have stood before it; nor a
 * trace of an intruder: owners open their doors themselves, years before, and such a setting dates nothing.
 * Source: dockerd(8), "Daemon socket option"; KubeletConfiguration, `authentication`, `authorization`.
 */
import { listensOutside } from '../formats/near-host.ts';
import type { FactSet } from '../model/fact.ts';
import type { PersistenceFact } from '../model/facts/persistence.ts';
import { printableText } from '../model/text.ts';
import type { SceneDoor } from './scene.ts';

const docker = 2375;
const daemon = /(?:^|[\s/"'])dockerd(?:["'\s]|$)/;
const option = /(?:^|\s)(?:-H|--host)[=\s]{0,4}["']?(tcp:\/\/[^\s"']{1,256})/g;
const certificates = /(?:^|\s)--tlsverify(?:=true)?(?:\s|$)/;
const port = /:(\d{1,5})\/?$/;

const dockerDoor = (url: string): SceneDoor => ({
  service: 'docker',
  port: Number(port.exec(url)?.[1] ?? docker),
  address: printableText(url.slice(0, 256)),
  protected: false,
});

function doorsIn({ mechanism, command, marks, language }: PersistenceFact): readonly SceneDoor[] {
  if (mechanism === 'docker-daemon') {
    const isOpen = marks.includes('opens-access') && command.startsWith('hosts=');
    return isOpen ? [dockerDoor(command.slice('hosts='.length))] : [];
  }
  if (language === 'setting' || !daemon.test(command) || certificates.test(command)) return [];
  return [...command.slice(0, 8_192).matchAll(option)]
    .map(([, url = '']) => url)
    .filter((url) => listensOutside(url))
    .map(dockerDoor);
}

const services: ReadonlySet<string> = new Set(['docker-daemon', 'kubelet-setting']);

/** Whether all that an entry does is to let in. */
export const opensDoor = ({ mechanism, language, marks }: PersistenceFact): boolean =>
  services.has(mechanism) && language === 'setting' && marks.includes('opens-access');

/** Each door once. */
export function settledDoors(facts: FactSet): readonly SceneDoor[] {
  const doors = new Map<string, SceneDoor>();
  for (const fact of facts.of('persistence')) {
    for (const door of doorsIn(fact)) {
      const key = `${door.service} ${door.port}`;
      if (!doors.has(key)) doors.set(key, door);
    }
  }
  return [...doors.values()];
}
