/**
 * What reading a hive costs, alone in a process: `part hive KEYS VALUES FILE`. Every key with its name, every value with its
 * name and type. Ends with 1 where it did not read as many as there are: what read nothing is not fast.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { openHive } from '../src/formats/registry/hive.ts';

export function runHivePart([keys, values, path = '']: readonly string[]): number {
  const file = openSync(path, 'r');
  const buffer = new Uint8Array(1 << 16);
  const answer = openHive({
    read: (offset, length) => {
      const into = length <= buffer.length ? buffer : new Uint8Array(length);
      return into.subarray(0, readSync(file, into, 0, length, offset));
    },
  });
  if (answer.status !== 'ok') throw new Error(answer.reason);
  let [readKeys, readValues, units] = [0, 0, 0];
  for (const key of answer.hive.walk()) {
    readKeys += 1;
    units += key.name.length;
    for (const value of key.values()) {
      readValues += 1;
      units += value.name.length + value.type;
    }
  }
  closeSync(file);
  if (readKeys === Number(keys) && readValues === Number(values) && units > 0) return 0;
  process.stderr.write(`${readKeys} keys of ${keys}, ${readValues} values of ${values}\n`);
  return 1;
}
