using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Remote;
using DistTrain.Protocol.Control;
using DistTrain.Tests.Plane;
using Google.Protobuf.WellKnownTypes;

namespace DistTrain.Tests.Remoting;

/// <summary>
/// Payloads for the serializers of Akka that build what a payload names: 1 (JSON), 2 (protobuf of any assembly), 3
/// (actors to be started). Each is sent to a careless system too, which shows that the forgery is a working one.
/// </summary>
public sealed class ForgedPayloadTests : IAsyncLifetime
{
    private readonly BlockingCollection<object> heard = [];
    private readonly ConcurrentQueue<RemotingLifecycleEvent> lost = new();
    private readonly RemoteSystem attacker = RemoteSystem.Attacking();
    private readonly RemoteSystem guarded = RemoteSystem.Guarded();
    private readonly RemoteSystem careless = RemoteSystem.Careless();

    public ValueTask InitializeAsync()
    {
        foreach (RemoteSystem system in (RemoteSystem[])[guarded, careless])
        {
            system.System.ActorOf(Props.Create(() => new Listener(heard.Add)), "listener");
            system.System.EventStream.Subscribe(
                system.System.ActorOf(Props.Create(() => new Listener(message => lost.Enqueue((RemotingLifecycleEvent)message)))), typeof(DisassociatedEvent));
        }

        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Json_payload_that_names_a_type_builds_nothing_and_the_association_survives()
    {
        Assert.Equal(1, attacker.System.Serialization.FindSerializerFor(new Gadget()).Identifier);
        object forged = new Gadget();
        int before = Gadget.Built;

        Send(careless, forged);
        Assert.IsType<Gadget>(heard.Next());
        Assert.True(Gadget.Built > before, "the forgery does not work");

        before = Gadget.Built;
        Send(guarded, forged);
        MustHearControlMessageNext();
        Assert.Equal(before, Gadget.Built);
    }

    [Fact]
    public void Protobuf_payload_of_another_assembly_is_refused_and_the_association_survives()
    {
        var forged = new StringValue { Value = "forged" };
        Assert.Equal(2, attacker.System.Serialization.FindSerializerFor(forged).Identifier);

        Send(careless, forged);
        Assert.Equal(forged, heard.Next());

        Send(guarded, forged);
        MustHearControlMessageNext();
    }

    [Fact]
    public void Actor_deployed_from_elsewhere_is_not_started_and_the_association_survives()
    {
        int before = GadgetActor.Built;
        Deploy(careless);
        Wait.Until(() => GadgetActor.Built == before + 1);

        Deploy(guarded);
        MustHearControlMessageNext();
        Assert.Equal(before + 1, GadgetActor.Built);
    }

    public async ValueTask DisposeAsync()
    {
        await attacker.DisposeAsync();
        await guarded.DisposeAsync();
        await careless.DisposeAsync();
        heard.Dispose();
    }

    private void Send(RemoteSystem to, object message) => attacker.System.ActorSelection($"{to.Address}/user/listener").Tell(message);

    private void Deploy(RemoteSystem to) =>
        attacker.System.ActorOf(Props.Create<GadgetActor>().WithDeploy(new Deploy(new RemoteScope(to.Address))));

    /// <summary>Over one association messages arrive in order, so the forged one was dealt with before this one.</summary>
    private void MustHearControlMessageNext()
    {
        var proper = new RegisterWorker { Name = "real", Incarnation = 7 };
        Send(guarded, proper);
        Assert.Equal(proper, heard.Next());
        Assert.Empty(lost);
    }
}
