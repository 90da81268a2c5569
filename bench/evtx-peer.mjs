// `winevtx` over one file: each record as a line of JSON on standard output, as `demine evtx --json` writes them.
import { readFileSync, writeSync } from 'node:fs';
import { parseEvtxFile } from 'winevtx';

let lines = '';
const write = () => {
  const bytes = Buffer.from(lines);
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
  lines = '';
};
for (const record of parseEvtxFile(readFileSync(process.argv[2]))) {
  lines += `${JSON.stringify(record.event)}\n`;
  if (lines.length > 500_000) write();
}
write();
