using System.Diagnostics;
using System.Text;
using DistTrain.Training;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Checkpoints;

public sealed class SafetensorsTests
{
    private const string Script = """
        import json, struct, sys
        raw = open(sys.argv[1], "rb").read()
        size = struct.unpack("<Q", raw[:8])[0]
        header = json.loads(raw[8:8 + size])
        meta = header.pop("__metadata__")
        print(meta["format"], meta["step"], meta["version"])
        for name, tensor in header.items():
            begin, end = tensor["data_offsets"]
            values = struct.unpack("<%df" % ((end - begin) // 4), raw[8 + size + begin:8 + size + end])
            print(name, tensor["dtype"], "x".join(map(str, tensor["shape"])), struct.pack("<f", values[0]).hex(), struct.pack("<f", values[-1]).hex())
        """;

    [Theory]
    [InlineData("")]
    [InlineData("{}", 4)]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"a\":1}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 0)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 8)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}", 4)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,2147483647],\"data_offsets\":[0,4]}}", 4)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}", 4)]
    [InlineData("{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"more\":1}}", 4)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8)]
    [InlineData("{\"__metadata__\":{\"a\":1}}")]
    [InlineData("{\"__metadata__\":{\"a\":null}}")]
    [InlineData("{\"__metadata__\":[]}")]
    public void Header_that_does_not_hold_together_is_refused(string json, int dataBytes = 0)
    {
        byte[] header = Encoding.UTF8.GetBytes(json);
        using var stream = new MemoryStream([.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[dataBytes]]);

        var error = Assert.Throws<UserErrorException>(() => SafetensorsReader.ReadHeader(stream, "the-file"));

        Assert.StartsWith("the-file: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(100_000_001ul)]
    [InlineData(3ul)]
    public void Header_longer_than_the_file_is_refused(ulong length)
    {
        using var stream = new MemoryStream([.. BitConverter.GetBytes(length), (byte)'{', (byte)'}']);

        Assert.Throws<UserErrorException>(() => SafetensorsReader.ReadHeader(stream, "the-file"));
    }

    [Fact]
    public void Header_of_another_writer_is_read_whatever_its_order()
    {
        byte[] header = Encoding.UTF8.GetBytes(
            "{ \"b\": {\"shape\":[],\"data_offsets\":[8,12],\"dtype\":\"F32\"},\n\"a\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]} }");
        using var stream = new MemoryStream([.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[12]]);

        SafetensorsHeader read = SafetensorsReader.ReadHeader(stream, "the-file");

        Assert.Equal(["a", "b"], read.Entries.Select(entry => entry.Name));
        Assert.Empty(read.Metadata);
        Assert.Equal(12, read.DataLength);
    }

    [Fact]
    public void Python_reads_what_was_written()
    {
        Assert.SkipWhen(PythonPath() is null, "python3 is not installed: the file was not read by another program.");
        using var directory = new TemporaryDirectory();
        Checkpoint checkpoint = SampleCheckpoint.Of(new JobSpec(), step: 42);
        string path = new CheckpointStore(directory.Path).Save(checkpoint);

        var start = new ProcessStartInfo(PythonPath()!, ["-c", Script, path]) { RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 };
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        using Process python = Process.Start(start)!;
        string[] lines = python.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        python.WaitForExit();

        Assert.Equal(0, python.ExitCode);
        Assert.Equal("pt 42 0.1 \"quoted\" – ü", lines[0]);
        Assert.Equal($"conv1.weight F32 6x1x5x5 {Hex(checkpoint.Weights[0])} {Hex(checkpoint.Weights[149])}", lines[1]);
        Assert.Equal($"optimizer.second_moment.fc3.bias F32 10 {Hex(checkpoint.SecondMoment[^10])} {Hex(checkpoint.SecondMoment[^1])}", lines[^1]);
        Assert.Equal(1 + 30, lines.Length);
    }

    private static string Hex(float value) => Convert.ToHexStringLower(BitConverter.GetBytes(value));

    private static string? PythonPath() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "python3"))
        .FirstOrDefault(File.Exists);
}
