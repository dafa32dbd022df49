using System.IO.Hashing;
using BenchmarkDotNet.Attributes;
using DistTrain.Node.Plane;
using DistTrain.Node.Plane.Sockets;
using DistTrain.Protocol.Plane;
using DistTrain.Training.Buffers;
using DistTrain.Training.Models;
using DistTrain.Training.Synchronisation;
using Google.Protobuf;

namespace DistTrain.Benchmarks.Micro;

/// <summary>What a gradient of 246,824 bytes costs on its way besides the bytes: checksum and header.</summary>
public class FrameBenchmark
{
    private readonly SharedBuffer gradient = Vectors.Uniform(LeNet5.Modern.Layout.Count);
    private readonly FrameEncoder encoder = new();
    private readonly FrameHeader decoded = new();
    private readonly GradientPush push = new() { Version = 1_000, Node = new TreeNode(2, 0) };
    private readonly byte[] header;

    public FrameBenchmark()
    {
        for (int shard = 0; shard < 4; shard++)
        {
            push.Shards.Add(new ShardContribution(shard, 64, 1.5, 60, 0x1234_5678_9abc_def0));
        }

        EncodePush();
        header = encoder.Header.ToByteArray();
    }

    [Benchmark]
    public ulong Checksum() => XxHash3.HashToUInt64(gradient.Bytes.Span);

    [Benchmark]
    public int EncodePush()
    {
        FrameHeaders.Reset(encoder.Header);
        encoder.Header.Kind = FrameKind.Push;
        encoder.Header.Run = 0x1234_5678_9abc_def0;
        encoder.Header.Version = 1_000;
        encoder.Header.Count = (uint)gradient.Length;
        FrameHeaders.WritePush(encoder.Header, push, first: true);
        return encoder.Encode(0, 0).Length;
    }

    [Benchmark]
    public int DecodePush()
    {
        FrameHeaders.Reset(decoded);
        decoded.MergeFrom(header);
        return decoded.Shards.Count;
    }
}
