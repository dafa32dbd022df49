using System.Runtime.InteropServices;
using DistTrain.Node.Plane;
using DistTrain.Training.Buffers;
using DistTrain.Training.Optimizers;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Tests.Plane;

internal static class Samples
{
    public static PlaneIdentity Worker(RecordingPartition partition) => new(partition.Run, partition.Partition, PlaneRole.Worker, 3, 99);

    public static PlaneIdentity Coordinator(RecordingPartition partition) =>
        new(partition.Run, partition.Partition, PlaneRole.Coordinator, 0, 98);

    public static SharedBuffer Vector(IBufferSource pool, int seed)
    {
        SharedBuffer buffer = pool.Rent();
        new Random(seed).NextBytes(MemoryMarshal.AsBytes(buffer.Floats));
        return buffer;
    }

    public static PartitionState State(BufferPool pool, long version, Moments moments = Moments.Both) => new(
        version,
        Vector(pool, 1),
        moments.HasFlag(Moments.First) ? Vector(pool, 2) : null,
        moments.HasFlag(Moments.Second) ? Vector(pool, 3) : null);

    public static GradientPush Push(GradientPushPool pushes, IBufferSource pool, int seed)
    {
        GradientPush push = pushes.Rent();
        push.Version = seed;
        push.Node = new TreeNode(1, 2);
        push.Gradient = Vector(pool, seed);
        push.Shards.Add(new ShardContribution(4, 16, seed + 0.25, 15, ulong.MaxValue - (ulong)seed, Skipped: 9));
        push.Shards.Add(new ShardContribution(5, 0, 0, 0, 17));
        return push;
    }

    /// <summary>Whether a push is what <see cref="Push"/> makes from that seed.</summary>
    public static bool Is(GradientPush push, int seed)
    {
        BufferPool pool = new(push.Gradient.Length);
        GradientPush sent = Push(new GradientPushPool(), pool, seed);
        return push.Version == sent.Version && push.Node == sent.Node && push.Shards.SequenceEqual(sent.Shards) && Same(push.Gradient, sent.Gradient);
    }

    public static bool Same(SharedBuffer? one, SharedBuffer? other) =>
        one is null || other is null ? one == other : one.Bytes.Span.SequenceEqual(other.Bytes.Span);

    public static bool IsState(PartitionState state, long version, Moments moments = Moments.Both)
    {
        PartitionState sent = State(new BufferPool(state.Weights.Length), version, moments);
        return state.Version == version && Same(state.Weights, sent.Weights)
            && Same(state.FirstMoment, sent.FirstMoment) && Same(state.SecondMoment, sent.SecondMoment);
    }

    /// <summary>Whether every buffer ever made is back in its pool.</summary>
    public static bool AllReturned(BufferPool pool)
    {
        int created = pool.Created;
        SharedBuffer[] all = [.. Enumerable.Range(0, created).Select(_ => pool.Rent())];
        bool returned = pool.Created == created;
        foreach (SharedBuffer buffer in all)
        {
            buffer.Release();
        }

        return returned;
    }
}
