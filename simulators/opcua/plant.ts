import { DataType, StatusCodes, VariantArrayType, coerceStatusCode } from 'node-opcua';
import type { AddressSpace, Namespace, StatusCode, UAObject, UAVariable } from 'node-opcua';

/** What a node of the plant is when the server starts. */
export interface PlantNode {
  /** Its identifier in the plant's namespace is `s=NAME`. */
  readonly name: string;
  readonly type?: 'Double' | 'Float' | 'Int32' | 'UInt64' | 'Boolean' | 'String';
  readonly value: number | boolean | string | readonly [number, number];
}

const PLANT_NAMESPACE = 'http://dam.example/plc';

/** Puts values on nodes, and takes nodes away, as a plant does. */
export interface Plant {
  /** A number with its time, as a device measured it; `status` is a name of OPC UA, Good if left out. */
  set(name: string, value: PlantNode['value'], more?: { status?: string; bits?: number; at?: number | null }): void;
  remove(name: string): void;
  restore(name: string): void;
}

/** Builds the nodes under Objects/Dam. What was set before a restart stands there after it. */
export function buildPlant(space: AddressSpace, nodes: readonly PlantNode[], past: Map<string, LastSet>): Plant {
  const own: Namespace = space.registerNamespace(PLANT_NAMESPACE);
  const dam = own.addObject({ organizedBy: space.rootFolder.objects, browseName: 'Dam', nodeId: 's=Dam' });
  const variables = new Map<string, UAVariable>();
  const byName = new Map(nodes.map((node) => [node.name, node]));

  const put = (name: string, { value, status, bits, at }: LastSet): void => {
    const type = byName.get(name)?.type ?? 'Double';
    const time = at === null ? null : new Date(at);
    const code: StatusCode = statusOf(status, bits);
    const variable = variables.get(name);
    variable?.setValueFromSource(
      { dataType: DataType[type], arrayType: VariantArrayType.Scalar, value: valueOf(value) },
      code,
      time ?? undefined,
    );
  };
  const add = (name: string): void => {
    variables.set(name, addVariable(own, dam, name, byName.get(name)?.type ?? 'Double'));
    const last = past.get(name);
    if (last !== undefined) put(name, last);
  };

  for (const { name, value } of nodes) {
    if (!past.has(name)) past.set(name, { value, status: 'Good', bits: 0, at: Date.now() });
    add(name);
  }
  return {
    set(name, value, { status = 'Good', bits = 0, at = Date.now() } = {}) {
      const last = { value, status, bits, at };
      past.set(name, last);
      put(name, last);
    },
    remove(name) {
      const variable = variables.get(name);
      if (variable !== undefined) space.deleteNode(variable);
      variables.delete(name);
    },
    restore: add,
  };
}

export interface LastSet {
  readonly value: PlantNode['value'];
  readonly status: string;
  readonly bits: number;
  readonly at: number | null;
}

const addVariable = (own: Namespace, dam: UAObject, name: string, type: string): UAVariable =>
  own.addVariable({
    componentOf: dam,
    browseName: name,
    nodeId: `s=${name}`,
    dataType: type,
    minimumSamplingInterval: 50,
  });

function statusOf(name: string, bits: number): StatusCode {
  const plain = (StatusCodes as unknown as Record<string, StatusCode | undefined>)[name] ?? StatusCodes.Bad;
  return bits === 0 ? plain : coerceStatusCode(plain.value | bits);
}

/** A 64-bit integer travels as its two halves. */
const valueOf = (value: PlantNode['value']): unknown => (Array.isArray(value) ? Array.from<number>(value) : value);
