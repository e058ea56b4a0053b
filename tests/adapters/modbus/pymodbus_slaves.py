"""Slaves of pymodbus, which nobody here wrote: `tcp` or `rtu` frames at a TCP port of 127.0.0.1."""
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

framing, port = sys.argv[1], int(sys.argv[2])


def slave(first):
    return ModbusSlaveContext(
        di=ModbusSequentialDataBlock(0, [1, 0] * 10),
        co=ModbusSequentialDataBlock(0, [0, 1] * 10),
        hr=ModbusSequentialDataBlock(0, [first + i for i in range(200)]),
        ir=ModbusSequentialDataBlock(0, [0x41C8, 0x0000, 0xFFF6] + [0] * 17),
        zero_mode=True,
    )


context = ModbusServerContext(slaves={1: slave(1000), 2: slave(2000)}, single=False)
framer = ModbusRtuFramer if framing == "rtu" else ModbusSocketFramer
StartTcpServer(context=context, address=("127.0.0.1", port), framer=framer)
