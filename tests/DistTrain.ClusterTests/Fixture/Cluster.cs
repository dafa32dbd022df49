using DistTrain.Node.Client;
using DistTrain.Training.Jobs;

namespace DistTrain.ClusterTests.Fixture;

/// <summary>A cluster of nodes on loopback, each started by its own command, on ports of the system's choice.</summary>
public sealed class Cluster : IDisposable
{
    private readonly List<DistTrainProcess> launched = [];
    private readonly List<ClusterMember> members = [];

    private Cluster()
    {
    }

    /// <summary>The first node, which the others join through.</summary>
    public ClusterMember Coordinator => members[0];

    public ClusterMember Last => members[^1];

    public IReadOnlyList<ClusterMember> Members => members;

    /// <summary>For <c>--cluster</c>.</summary>
    public string Url => Coordinator.Client;

    /// <summary>Starts a node for each list of roles, the first of which must hold the coordinator's.</summary>
    public static Cluster Start(params string[] roles)
    {
        var cluster = new Cluster();
        try
        {
            cluster.Add(roles[0]);
            cluster.members.AddRange(roles[1..].Select(role => cluster.Node(role)).ToList().Select(ClusterMember.Ready));
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>Starts one more node.</summary>
    public ClusterMember Add(string roles)
    {
        ClusterMember member = ClusterMember.Ready(Node(roles));
        members.Add(member);
        return member;
    }

    /// <summary>Submits <see cref="Job"/> and follows it.</summary>
    public DistTrainProcess Train(string runDirectory, params string[] more) => Train(Job.Spec, runDirectory, more);

    /// <summary>Submits a job and follows it.</summary>
    public DistTrainProcess Train(JobSpec job, string runDirectory, params string[] more) =>
        DistTrainProcess.Launch(["train", "--cluster", Url, .. Job.Arguments(job), "--run-dir", runDirectory, .. more]);

    /// <summary>The node that a message names by its address.</summary>
    public ClusterMember Named(string message) =>
        members.FirstOrDefault(member => message.Contains($" {member.Address})", StringComparison.Ordinal))
        ?? throw new InvalidOperationException($"No node of the cluster is named by: {message}");

    /// <summary>Waits until the coordinator knows of so many workers that have nothing to do.</summary>
    public async Task WorkersAreReadyAsync(int count)
    {
        using var client = new GrpcTrainingService(new Uri(Url));
        using var deadline = new CancellationTokenSource(DistTrainProcess.Patience);
        while ((await client.StatusAsync(deadline.Token)).Workers.Count(worker => worker.State == "ready") != count)
        {
            await Task.Delay(100, deadline.Token);
        }
    }

    public void Dispose()
    {
        foreach (DistTrainProcess process in launched)
        {
            process.Dispose();
        }
    }

    private DistTrainProcess Node(string roles)
    {
        List<string> arguments = ["node", "--role", roles, "--client-port", "0"];
        if (members.Count > 0)
        {
            arguments.AddRange(["--seeds", Coordinator.Address]);
        }

        if (!roles.Equals("ps", StringComparison.Ordinal))
        {
            arguments.AddRange(Job.Data);
        }

        DistTrainProcess process = DistTrainProcess.Launch([.. arguments]);
        launched.Add(process);
        return process;
    }
}
