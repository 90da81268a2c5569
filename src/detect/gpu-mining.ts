/**
 * Processes that compute on a graphics card.
 *
 * What: a library made for miners mapped beside an open card (KawPow, Etchash, kHeavyHash miners carry their
 * kernels in such libraries or compile them), or compute libraries in a program that nobody's package owns.
 * Why: GPU miners leave no RandomX shape in host memory; their working set lies on the card.
 * What it is NOT: a judgement of load. Utilisation as told by NVML can be falsified inside the host
 * (miner-fingerprints §1.4), so no number of a vendor library is used. Machine learning looks the same.
 */
import type { Evidence, Finding } from '../model/finding.ts';
import { baseName } from '../model/text.ts';
import { type Analyzer, finding } from './analyzer.ts';
import { isDropPlace } from './place.ts';
import {
  exeEvidence,
  isComputeLibrary,
  isListening,
  nameOf,
  recordsOf,
  subjectOf,
} from './process-record.ts';
import { isInterpreter } from './program-kind.ts';

const miningLibrary = /^lib(?:xmrig-(?:cuda|opencl)|ethash|progpow|kawpow|nbminer|trex)/;

export const gpuMining: Analyzer = {
  id: 'gpu-mining',
  rules: ['gpu.mining-library', 'gpu.unknown-compute'],
  analyze(facts, context) {
    const records = recordsOf(facts, context);
    const found: Finding[] = [];
    for (const use of facts.of('gpu-use')) {
      const record = records.of(use);
      const process = nameOf(records, use);
      const evidence: readonly Evidence[] = [
        { ...use.source, text: use.text },
        ...(record === undefined ? [] : [exeEvidence(record.process)]),
      ];
      const common = {
        technique: 'T1496.001',
        bearing: 'supports' as const,
        witness: 'gpu' as const,
        subject: subjectOf(use),
        evidence,
      };
      const made = use.libraries.find((path) => miningLibrary.test(baseName(path)));
      if (made !== undefined) {
        found.push(
          finding(
            'gpu.mining-library',
            { process, pid: use.pid, library: made },
            { ...common, severity: 'high', confidence: 85, benign: ['own-miner'] },
          ),
        );
        continue;
      }
      const computes = use.libraries.some(isComputeLibrary);
      const [device] = use.devices;
      if (!computes || device === undefined || record === undefined || record.owner === 'package') continue;
      const gone = record.process.exe?.deleted === true || record.process.exe?.memfd === true;
      const dropped = isDropPlace(record.place) || gone;
      if (!dropped && (record.owner !== 'none' || isInterpreter(record))) continue;
      found.push(
        finding(
          'gpu.unknown-compute',
          { process, pid: use.pid, device },
          {
            ...common,
            // Programs that unpack themselves to serve a model answer requests; miners answer none.
            severity: dropped && !isInterpreter(record) && !isListening(record) ? 'medium' : 'low',
            confidence: dropped ? 55 : 30,
            benign: ['machine-learning', 'developer-build'],
          },
        ),
      );
    }
    return found;
  },
};
