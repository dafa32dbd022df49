using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Coordinator;

public enum MemberState
{
    /// <summary>Invited; loads its data and opens its links.</summary>
    Joining,

    /// <summary>Has all it needs and takes part, with shards or as a spare.</summary>
    Ready,

    /// <summary>Left in an orderly way.</summary>
    Left,

    /// <summary>Given up: its link broke, it fell silent, or it failed.</summary>
    Suspected,
}

/// <summary>One incarnation of one worker within a run.</summary>
public sealed class RunMember(int number, string name, string address, ulong incarnation)
{
    /// <summary>Counts the members of the run from 1 on; never used again.</summary>
    public int Number { get; } = number;

    public string Name { get; } = name;

    public string Address { get; } = address;

    public ulong Incarnation { get; } = incarnation;

    public MemberState State { get; internal set; } = MemberState.Joining;

    /// <summary>While it is joining: how far it is, for people; empty if it has not said.</summary>
    public string Progress { get; internal set; } = "";

    /// <summary>Samples whose gradients went into updates.</summary>
    public long Samples { get; internal set; }

    public bool IsIn => State is MemberState.Joining or MemberState.Ready;

    public override string ToString() => $"worker {Number} ({Name} at {Address})";
}

/// <summary>Who takes part in a run, and which shards each of them holds. Decides; sends nothing.</summary>
public sealed class RunRoster(int shards)
{
    private readonly List<RunMember> members = [];

    /// <summary>All that were ever invited, by number.</summary>
    public IReadOnlyList<RunMember> Members => members;

    public View View { get; private set; } = View.Empty;

    public IEnumerable<RunMember> Ready => members.Where(member => member.State == MemberState.Ready);

    /// <summary>Number of those who are joining or ready.</summary>
    public int Present => members.Count(member => member.IsIn);

    public RunMember Invite(string name, string address, ulong incarnation)
    {
        var member = new RunMember(members.Count + 1, name, address, incarnation);
        members.Add(member);
        return member;
    }

    /// <summary>The member, if this incarnation of it is still in; null for one that was given up before.</summary>
    public RunMember? Find(int number, ulong incarnation) =>
        number >= 1 && number <= members.Count && members[number - 1] is { IsIn: true } member && member.Incarnation == incarnation
            ? member
            : null;

    /// <summary>It has all it needs.</summary>
    /// <returns>False when it is not among those who are joining.</returns>
    public bool MarkReady(int number, ulong incarnation)
    {
        if (Find(number, incarnation) is not { State: MemberState.Joining } member)
        {
            return false;
        }

        member.State = MemberState.Ready;
        return true;
    }

    /// <summary>It is out, in an orderly way or not.</summary>
    /// <returns>The member and the shards it held; null when it was out already.</returns>
    public (RunMember Member, IReadOnlyList<int> Shards)? MarkGone(int number, ulong incarnation, MemberState state)
    {
        if (Find(number, incarnation) is not { } member)
        {
            return null;
        }

        member.State = state;
        return (member, [.. View.ShardsOf(number)]);
    }

    /// <summary>Deals the shards anew among those who are ready.</summary>
    public View NextView() => View = View.Next(shards, [.. Ready.Select(member => member.Number)]);

    /// <summary>Who holds these shards, for messages: "worker 2 (...) with shards 2, 3".</summary>
    public string Blame(IEnumerable<int> waitedFor)
    {
        var byOwner = waitedFor
            .Where(shard => shard < View.Owners.Count)
            .GroupBy(shard => View.Owners[shard])
            .Select(group => $"{members[group.Key - 1]} with shard{(group.Count() == 1 ? "" : "s")} {string.Join(", ", group)}")
            .ToList();
        return byOwner.Count == 0 ? "a worker to join" : string.Join("; ", byOwner);
    }
}
