using DistTrain.Protocol.Plane;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Plane.Sockets;

/// <summary>Fills headers from the plane's types and reads them back.</summary>
internal static class FrameHeaders
{
    /// <summary>Every field at its default; repeated fields keep their memory.</summary>
    public static void Reset(FrameHeader header)
    {
        header.Kind = FrameKind.Unspecified;
        header.Run = 0;
        header.Partition = 0;
        header.Version = 0;
        header.Offset = 0;
        header.Count = 0;
        header.Total = 0;
        header.Checksum = 0;
        header.Role = PeerRole.Unspecified;
        header.Worker = 0;
        header.Incarnation = 0;
        header.Protocol = 0;
        header.Section = Section.WeightsSection;
        header.Moments = 0;
        header.MemoryProcess = 0;
        header.MemoryDescriptor = 0;
        header.MemoryToken = 0;
        header.Slot = 0;
        header.NodeLevel = 0;
        header.NodeIndex = 0;
        ClearShards(header);
    }

    public static void ClearShards(FrameHeader header)
    {
        header.Shards.Clear();
        header.SampleCounts.Clear();
        header.LossSums.Clear();
        header.Corrects.Clear();
        header.Skipped.Clear();
        header.GradientChecksums.Clear();
    }

    public static void CheckAddress(FrameHeader header, PlaneIdentity identity)
    {
        if (header.Run != identity.Run || header.Partition != (uint)identity.Partition)
        {
            throw new LinkFaultException(
                $"a {header.Kind} frame is for partition {header.Partition} of run {header.Run}; "
                + $"this link is to partition {identity.Partition} of run {identity.Run}");
        }
    }

    public static void WriteIdentity(FrameHeader header, PlaneIdentity identity, int length)
    {
        header.Role = identity.Role == PlaneRole.Worker ? PeerRole.Worker : PeerRole.Coordinator;
        header.Worker = (uint)identity.Worker;
        header.Incarnation = identity.Incarnation;
        header.Protocol = PlaneProtocol.Version;
        header.Total = (ulong)length;
    }

    /// <summary>Who a HELLO is from. Its run, partition and length are for the caller to look up.</summary>
    public static PlaneIdentity ReadIdentity(FrameHeader header)
    {
        PlaneRole role = header.Role switch
        {
            PeerRole.Worker => PlaneRole.Worker,
            PeerRole.Coordinator => PlaneRole.Coordinator,
            _ => throw new LinkFaultException($"HELLO names the unknown role {(int)header.Role}"),
        };
        if (header.Partition > int.MaxValue || header.Worker > int.MaxValue)
        {
            throw new LinkFaultException("HELLO names a partition or worker that cannot be");
        }

        return new PlaneIdentity(header.Run, (int)header.Partition, role, (int)header.Worker, header.Incarnation);
    }

    /// <param name="first">Only the first piece of a push lists its shards.</param>
    public static void WritePush(FrameHeader header, GradientPush push, bool first)
    {
        header.NodeLevel = (uint)push.Node.Level;
        header.NodeIndex = (uint)push.Node.Index;
        if (!first)
        {
            return;
        }

        foreach (ShardContribution shard in push.Shards)
        {
            header.Shards.Add((uint)shard.Shard);
            header.SampleCounts.Add((uint)shard.Samples);
            header.LossSums.Add(shard.LossSum);
            header.Corrects.Add((uint)shard.Correct);
            header.Skipped.Add((uint)shard.Skipped);
            header.GradientChecksums.Add(shard.GradientChecksum);
        }
    }

    /// <summary>All of a push but its gradient, from the header of its first piece.</summary>
    public static void ReadPush(FrameHeader header, GradientPush push)
    {
        int shards = header.Shards.Count;
        if (header.SampleCounts.Count != shards || header.LossSums.Count != shards
            || header.Corrects.Count != shards || header.Skipped.Count != shards || header.GradientChecksums.Count != shards)
        {
            throw new LinkFaultException("a push lists unequal numbers of shards, sample counts, losses, corrects, skipped samples and checksums");
        }

        // Levels above 30 cannot be: a node's shards would not fit into an int.
        if (header.NodeLevel > 30 || header.NodeIndex > (uint)int.MaxValue >> (int)header.NodeLevel)
        {
            throw new LinkFaultException($"a push names tree node {header.NodeLevel}/{header.NodeIndex}, which cannot be");
        }

        push.Version = ReadVersion(header);
        push.Node = new TreeNode((int)header.NodeLevel, (int)header.NodeIndex);
        for (int i = 0; i < shards; i++)
        {
            uint samples = header.SampleCounts[i];
            if (header.Shards[i] > int.MaxValue || samples > int.MaxValue || header.Corrects[i] > samples || header.Skipped[i] > samples)
            {
                throw new LinkFaultException("a push names a shard or count that cannot be");
            }

            push.Shards.Add(new ShardContribution(
                (int)header.Shards[i],
                (int)samples,
                header.LossSums[i],
                (int)header.Corrects[i],
                header.GradientChecksums[i],
                (int)header.Skipped[i]));
        }
    }

    public static long ReadVersion(FrameHeader header) => header.Version <= long.MaxValue
        ? (long)header.Version
        : throw new LinkFaultException($"version {header.Version} cannot be");
}
