"""Reads a safetensors file with nothing but the standard library, and prints what it holds, a line each: JSON, bits of floats as hex."""
import json
import struct
import sys

with open(sys.argv[1], "rb") as file:
    (length,) = struct.unpack("<Q", file.read(8))
    header = json.loads(file.read(length))
    data = file.read()
metadata = header.pop("__metadata__")
assert all(type(value) is str for value in metadata.values()), "metadata are strings"
print(json.dumps(metadata))
end = 0
for name, tensor in header.items():
    begin, after = tensor["data_offsets"]
    count = 1
    for size in tensor["shape"]:
        count *= size
    assert tensor["dtype"] == "F32" and begin == end and after - begin == 4 * count, name
    values = struct.unpack("<%dI" % count, data[begin:after])
    print(json.dumps({"name": name, "shape": tensor["shape"], "bits": " ".join("%08x" % value for value in values)}))
    end = after
assert end == len(data), "nothing behind the last tensor"
