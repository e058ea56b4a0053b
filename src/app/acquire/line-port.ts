import type { AcquireLine } from '../../contract/acquire/acquire-config.ts';

/** The line with another port than its configuration has; itself where none is given, or where it has no port. */
export function atPort(line: AcquireLine, port: number | undefined): AcquireLine {
  if (port === undefined) return line;
  if (line.protocol === 'opcua')
    return {
      ...line,
      endpoint: line.endpoint.replace(/^(opc\.tcp:\/\/[^/]*?)(:\d+)?(\/.*)?$/, `$1:${String(port)}$3`),
    };
  return 'port' in line ? { ...line, port } : line;
}
