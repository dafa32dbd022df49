using System.Net;
using System.Net.Sockets;
using DistTrain.Node.Client;
using DistTrain.Protocol.Client;
using DistTrain.Tests.Runs;
using DistTrain.Training;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DistTrain.Tests.Client;

public sealed class ClientPlaneTests : IAsyncLifetime
{
    private readonly FakeTraining training = new();
    private WebApplication server = null!;
    private GrpcTrainingService client = null!;
    private string? problem;

    private static CancellationToken InTime => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    private Uri Url => new(server.Urls.Single());

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton<ITrainingService>(training);
        builder.Services.AddClientPlane(() => problem);
        server = builder.Build();
        server.MapClientPlane();
        await server.StartAsync();
        client = new GrpcTrainingService(Url);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Submit_status_and_stop_reach_the_coordinator_and_come_back()
    {
        var request = new SubmitRequest { SpecJson = "{}", RunDirectory = "r", Workers = 3 };
        training.StatusToGive = new StatusReply { State = "training", Loss = double.NaN };

        Assert.Equal(new SubmitReply { Run = 7, RunDirectory = "runs/x" }, await client.SubmitAsync(request, InTime));
        Assert.Equal(training.StatusToGive, await client.StatusAsync(InTime));
        Assert.True((await client.StopAsync("enough", InTime)).Stopping);

        Assert.Equal(request, training.Submitted);
        Assert.Equal("enough", training.StopReason);
    }

    [Fact]
    public async Task Watch_gives_every_record_in_order_and_ends_with_the_summary()
    {
        training.Give(SampleRun.Whole());
        training.EndRecords();

        List<RunRecord> records = await client.WatchAsync(9, InTime).ToListAsync(InTime);

        Assert.Equal(SampleRun.Whole(), records);
        Assert.Equal(9ul, training.Watched);
    }

    [Fact]
    public async Task A_user_error_comes_back_as_it_was_thrown()
    {
        training.Failure = new UserErrorException("shards is 0: allowed is 1 to 1024");

        UserErrorException error = await Assert.ThrowsAsync<UserErrorException>(() => client.SubmitAsync(new SubmitRequest(), InTime));

        Assert.Equal("shards is 0: allowed is 1 to 1024", error.Message);
    }

    [Fact]
    public async Task A_run_in_progress_comes_back_as_a_user_error()
    {
        training.Failure = new RunInProgressException("runs/y is going on: stop it first");

        UserErrorException error = await Assert.ThrowsAsync<UserErrorException>(() => client.SubmitAsync(new SubmitRequest(), InTime));

        Assert.Equal("runs/y is going on: stop it first", error.Message);
    }

    [Fact]
    public async Task A_user_error_of_a_watch_comes_back_too()
    {
        training.EndRecords(new UserErrorException("there is no run 9: status names the current one"));

        UserErrorException error = await Assert.ThrowsAsync<UserErrorException>(async () => await client.WatchAsync(9, InTime).ToListAsync(InTime));

        Assert.Equal("there is no run 9: status names the current one", error.Message);
    }

    [Fact]
    public async Task A_coordinator_that_goes_away_during_a_watch_is_said_to_be_lost()
    {
        training.Give(SampleRun.Start());
        IAsyncEnumerator<RunRecord> records = client.WatchAsync(0, InTime).GetAsyncEnumerator(InTime);
        Assert.True(await records.MoveNextAsync());

        await server.StopAsync(new CancellationToken(canceled: true));

        CoordinatorLostException error = await Assert.ThrowsAsync<CoordinatorLostException>(async () => await records.MoveNextAsync());
        Assert.StartsWith($"the coordinator at {Url.Authority} was lost", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        await records.DisposeAsync();
    }

    [Fact]
    public async Task A_watch_that_is_cancelled_ends_as_cancelled()
    {
        using var enough = new CancellationTokenSource();
        training.Give(SampleRun.Start());
        IAsyncEnumerator<RunRecord> records = client.WatchAsync(0, enough.Token).GetAsyncEnumerator(enough.Token);
        Assert.True(await records.MoveNextAsync());

        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await records.MoveNextAsync());
        await records.DisposeAsync();
    }

    [Fact]
    public async Task Where_nobody_listens_the_user_is_told_what_to_do()
    {
        using var nobody = new GrpcTrainingService(new Uri($"http://127.0.0.1:{FreePort()}"));

        UserErrorException error = await Assert.ThrowsAsync<UserErrorException>(() => nobody.StatusAsync(InTime));

        Assert.StartsWith("no coordinator answers at 127.0.0.1:", error.Message, StringComparison.Ordinal);
        Assert.Contains("Connection refused", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_is_what_the_node_says_of_itself()
    {
        await WaitUntilAsync(async () => await HealthProbe.CheckAsync(Url, TimeSpan.FromSeconds(3), InTime) is null);

        problem = "the cluster was left";

        await WaitUntilAsync(async () => await HealthProbe.CheckAsync(Url, TimeSpan.FromSeconds(3), InTime) is not null);
        Assert.Equal($"{Url.Authority} answers but is not well: NotServing", await HealthProbe.CheckAsync(Url, TimeSpan.FromSeconds(3), InTime));
    }

    [Fact]
    public async Task Health_of_a_node_that_is_not_there_or_silent_is_bad_within_the_deadline()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        string? refused = await HealthProbe.CheckAsync(new Uri($"http://127.0.0.1:{FreePort()}"), TimeSpan.FromSeconds(3), InTime);
        string? late = await HealthProbe.CheckAsync(new Uri($"http://{silent.LocalEndpoint}"), TimeSpan.FromSeconds(0.2), InTime);

        Assert.Contains("is not well: Connection refused", refused, StringComparison.Ordinal);
        Assert.EndsWith("did not answer within 0.2 s", late, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static async Task WaitUntilAsync(Func<Task<bool>> holds)
    {
        CancellationToken inTime = InTime;
        while (!await holds())
        {
            await Task.Delay(20, inTime);
        }
    }
}
