using System.Security.Cryptography;
using Akka.Actor;
using DistTrain.Node.Actors.Coordinator;
using DistTrain.Node.Client;
using DistTrain.Node.Runs;
using DistTrain.Protocol.Client;
using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Hosting;

/// <summary>Stands in front of the coordinator actor of this process or cluster.</summary>
/// <param name="coordinator">The actor, or the singleton's proxy.</param>
/// <param name="runs">Where run directories are made when the client names none.</param>
internal sealed class CoordinatorService(IActorRef coordinator, string runs, TimeProvider time) : ITrainingService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    public async Task<SubmitReply> SubmitAsync(SubmitRequest request, CancellationToken cancellation)
    {
        RunJob job = request.Resume.Length > 0 ? Resumed(request) : New(request);
        try
        {
            return await AskAsync<SubmitReply>(new SubmitJob(job), cancellation).ConfigureAwait(false);
        }
        catch (RunInProgressException) when (!job.Resume)
        {
            Directory.Delete(job.Directory, recursive: true);
            throw;
        }
    }

    public Task<StatusReply> StatusAsync(CancellationToken cancellation) => AskAsync<StatusReply>(QueryStatus.Instance, cancellation);

    public async IAsyncEnumerable<RunRecord> WatchAsync(
        ulong run, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        RunFeed feed = await AskAsync<RunFeed>(new QueryFeed(run), cancellation).ConfigureAwait(false);
        await foreach (RunRecord record in feed.ReadAsync(cancellation).ConfigureAwait(false))
        {
            yield return record;
        }
    }

    public Task<StopReply> StopAsync(string reason, CancellationToken cancellation) => AskAsync<StopReply>(new StopRun(reason), cancellation);

    private RunJob New(SubmitRequest request)
    {
        JobSpec spec = JobSpecJson.Read(request.SpecJson, "the submitted job");
        spec.Validate();
        DatasetCatalog.CheckName(spec.Dataset);
        RunDirectory directory = request.RunDirectory.Length > 0
            ? RunDirectory.CreateAt(request.RunDirectory)
            : RunDirectory.Create(runs, spec.Name, time);
        File.WriteAllText(directory.Spec, JobSpecJson.Write(spec));
        return new RunJob(NewNumber(), spec, directory.Path, Resume: false, request.Trace);
    }

    private static RunJob Resumed(SubmitRequest request)
    {
        RunDirectory directory = RunDirectory.Open(request.Resume);
        JobSpec spec = JobSpecJson.Read(File.ReadAllText(directory.Spec), directory.Spec);
        if (request.Workers > 0)
        {
            spec = spec with { Workers = (int)request.Workers };
        }

        return new RunJob(NewNumber(), spec, directory.Path, Resume: true, request.Trace);
    }

    /// <summary>Unlike any other, also of earlier processes: a frame of an old run must not fit a new one.</summary>
    private static ulong NewNumber() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

    private async Task<T> AskAsync<T>(object question, CancellationToken cancellation)
    {
        try
        {
            return await coordinator.Ask<T>(question, Patience, cancellation).ConfigureAwait(false);
        }
        catch (AskTimeoutException error)
        {
            throw new UserErrorException($"the coordinator did not answer within {Patience.TotalSeconds:0} s; is the cluster still forming?", error);
        }
    }
}
