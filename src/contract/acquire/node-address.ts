/** A node by the URI of its namespace. An index is never kept: a server may give another at each start. */
export interface NodeAddress {
  /** `null` is the namespace of the standard itself, index 0 everywhere. */
  readonly namespace: string | null;
  /** `i=2258`, `s=Weir.Level`, `g=…` or `b=…`. */
  readonly id: string;
}

const UINT32_MAX = 0xffff_ffff;
const GUID = /^g=[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const BASE64 =
  /^b=(?:[A-Za-z\d+/]{4})+(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$|^b=(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)$/;

/** Reads `nsu=URI;s=…` and `i=…` as OPC UA writes them (Part 6, 5.3.1.10). Otherwise says in words what is wrong. */
export function readNodeAddress(text: string): NodeAddress | { readonly fault: string } {
  const found = /^(?:nsu=(?<uri>[^;]+);)?(?<id>[isgb]=.+)$/s.exec(text);
  if (found?.groups === undefined)
    return {
      fault: /^(svr=\d+;)?ns=/.test(text)
        ? 'must name its namespace by URI (nsu=…;s=…): the index of a namespace (ns=…) may be another after the next start of the server'
        : 'must be nsu=URI;s=NAME, or with i=NUMBER, g=GUID or b=BASE64 in place of s=NAME',
    };
  const { uri, id = '' } = found.groups;
  if (!isId(id)) return { fault: `"${id}" is no identifier of a node` };
  if (uri === undefined)
    return id.startsWith('i=') ? { namespace: null, id } : { fault: 'must have nsu=URI; in front of it' };
  return { namespace: uri.replace(/%3B/gi, ';').replace(/%25/g, '%'), id };
}

/** What `readNodeAddress` reads. */
export const writeNodeAddress = ({ namespace, id }: NodeAddress): string =>
  namespace === null ? id : `nsu=${namespace.replaceAll('%', '%25').replaceAll(';', '%3B')};${id}`;

function isId(id: string): boolean {
  if (id.startsWith('i=')) return /^i=\d{1,10}$/.test(id) && Number(id.slice(2)) <= UINT32_MAX;
  if (id.startsWith('g=')) return GUID.test(id);
  if (id.startsWith('b=')) return BASE64.test(id);
  return id.length > 2;
}
